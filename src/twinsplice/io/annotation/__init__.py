"""Genes from GTF, GFF3 and tables."""
