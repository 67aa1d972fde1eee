"""The write-up's models: Paired Delta Prediction, agentic-spliceai."""
