"""Training targets: sampled variants and a base model's predictions for them."""
