"""Settings of all tests."""

import hypothesis
import torch

# Examples are small: a second thread only waits, and costs much on busy machines.
torch.set_num_threads(1)
hypothesis.settings.register_profile("twinsplice", deadline=None, print_blob=True)
hypothesis.settings.load_profile("twinsplice")
