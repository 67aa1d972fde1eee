"""`annotation_tables`: the tables of SpliceAI and CI-SpliceAI."""

from collections.abc import Callable

import pytest

from support import gene_files
from twinsplice import errors
from twinsplice.genome import genes
from twinsplice.io.annotation import annotation_tables


def test_the_foreign_tables_can_be_read_from_lines() -> None:
    for read, text in [
        (annotation_tables.read_spliceai_table, gene_files.SPLICEAI),
        (annotation_tables.read_cispliceai_table, gene_files.CISPLICEAI),
    ]:
        found = read(text.splitlines())
        assert {gene.name: gene_files.facts(gene) for gene in found} == gene_files.FACTS
        with pytest.raises(errors.InputError, match=r"in line 2 of toys"):
            read([*text.splitlines()[:1], "A"], name="toys")


HEADER = gene_files.SPLICEAI.splitlines()[0]
CI_HEADER = gene_files.CISPLICEAI.splitlines()[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{HEADER}\nA\t1\t+\t0\n", r"has 7 columns.*got 4 in line 2"),
        (f"{HEADER}\nA\t1\t+\t0\t9\t0,5,\t9,\n", r"exons within.*in line 2"),
        (f"{HEADER}\nA\t1\t*\t0\t9\t0,\t9,\n", r"a strand \+ or -.*in line 2"),
        (f"{HEADER}\nA\t1\t+\t0\t9\t0,5\t3,4\n", r"exons within.*in line 2"),
        (f"{HEADER[:-9]}\nA\n", r"names #NAME.*got no EXON_END in line 1"),
        (f'{CI_HEADER}\nA,1,+,1,9,"4","x"\n', r"got 'A 1 \+ 1 9 ...' in line 2"),
        (f'{CI_HEADER}\nA,1,+,1,9,"4","12"\n', r"exons within.*in line 2"),
    ],
)
def test_a_bad_line_is_refused(text: str, message: str) -> None:
    read: Callable[..., list[genes.Gene]] = annotation_tables.read_spliceai_table
    if text.startswith(CI_HEADER):
        read = annotation_tables.read_cispliceai_table
    with pytest.raises(errors.InputError, match=message) as caught:
        read(text.splitlines())
    assert "\n" not in str(caught.value)
