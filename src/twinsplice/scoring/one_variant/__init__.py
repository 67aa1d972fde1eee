"""One variant at a time: profiles, consequences, explanations."""
