"""The standard genetic code.

Source: NCBI, "The Genetic Codes", translation table 1.
"""

import itertools

STOP, UNKNOWN = "*", "X"
_BASES = "TCAG"
_AMINO_ACIDS = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
_CODE = {
    "".join(codon): amino_acid
    for codon, amino_acid in zip(
        itertools.product(_BASES, repeat=3), _AMINO_ACIDS, strict=True
    )
}


def translate(sequence: str) -> str:
    """Return the amino acids of a sequence up to its first stop, which is included.

    Args:
        sequence: Bases in the direction of translation, upper case; a last codon that
            is not whole is left out. Codons with other letters are X.
    """
    amino_acids = []
    for at in range(0, len(sequence) - 2, 3):
        amino_acid = _CODE.get(sequence[at : at + 3], UNKNOWN)
        amino_acids.append(amino_acid)
        if amino_acid == STOP:
            break
    return "".join(amino_acids)
