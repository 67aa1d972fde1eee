"""From records to results: queries, predictions, diagnostics."""
