"""What the page says: numbers, mistakes and places in words."""
