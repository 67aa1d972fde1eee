"""Variants in and out: VCF, BCF, lists of variants."""
