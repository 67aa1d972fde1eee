"""The Python face on one variant: pictures, explanations and consequences."""

from collections.abc import Sequence

import numpy as np
import pytest

import twinsplice
from support import api_examples, cli
from twinsplice import errors
from twinsplice.genome import coordinates, transcripts
from twinsplice.scoring.naming import transcript_choice, variant_names
from twinsplice.scoring.one_variant import consequences, variant_profiles


def test_a_plot_and_an_explanation_are_drawn(desk: cli.Desk) -> None:
    with twinsplice.open(**api_examples.files(desk), model="cispliceai") as scorer:
        scorer.plot(api_examples.VARIANTS[0], desk.folder / "plot.svg")
        table = scorer.explain(
            api_examples.VARIANTS[0], flank=3, output=desk.folder / "logo.svg"
        )
        again = scorer.explain(api_examples.VARIANTS[0], flank=3, scale="probability")
        with pytest.raises(errors.InputError, match="lies in A"):
            scorer.plot(api_examples.VARIANTS[0], desk.folder / "x.svg", gene="B")
    assert {path.name for path in desk.folder.glob("*.svg")} == {"plot.svg", "logo.svg"}
    assert table.drop("contribution").equals(again.drop("contribution"))
    assert not table["contribution"].equals(again["contribution"])


def test_a_picture_and_consequences_search_alike_whatever_the_scorers_distance(
    desk: cli.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[tuple[int | None, int]] = []

    def consequences_of(
        _: object, profiles: Sequence[variant_profiles.VariantProfile], *__: object
    ) -> tuple[consequences.VariantConsequences, ...]:
        searched.extend(
            (profile.distance, profile.ref_profile.shape[1]) for profile in profiles
        )
        return tuple(
            consequences.VariantConsequences(profile=profile, members=())
            for profile in profiles
        )

    monkeypatch.setattr(twinsplice.Scorer, "consequences_of", consequences_of)
    output = desk.folder / "x.svg"
    with twinsplice.open(
        **api_examples.files(desk), model="cispliceai", distance=30
    ) as scorer:
        scorer.plot(api_examples.VARIANTS[0], output)
        scorer.consequences(api_examples.VARIANTS[0])
        scorer.plot(api_examples.VARIANTS[0], output, distance=40)
        scorer.consequences(api_examples.VARIANTS[0], distance=40)
        assert scorer.profile(api_examples.VARIANTS[0])[0].distance == 30
        with pytest.raises(errors.InputError, match="distance must"):
            scorer.plot(api_examples.VARIANTS[0], output, distance=5_000)
    assert searched == [(500, 1_001)] * 2 + [(40, 81)] * 2


def test_the_gene_that_a_variants_name_is_of_comes_first(
    desk: cli.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = api_examples.files(desk) | {"annotation": desk.folder / "two.tsv"}
    header, first, *_ = cli.GENES.splitlines()
    second = first.replace("A\t1\t+\t100", "Z\t1\t+\t150").replace("\t100,", "\t150,")
    files["annotation"].write_text(f"{header}\n{first}\n{second}\n")
    with twinsplice.open(**files, model="cispliceai") as scorer:
        for name in ("A", "Z"):
            named = transcripts.Transcript(
                name="NM_1.1",
                gene=name,
                contig="1",
                strand=coordinates.Strand.PLUS,
                starts=np.array([100]),
                ends=np.array([2_000]),
            )
            monkeypatch.setattr(
                variant_names.Resolver,
                "named",
                lambda *_, named=named: transcript_choice.Choice(named),
            )
            genes = [each.gene for each in scorer.profile(api_examples.VARIANTS[0])]
            assert [gene and gene.name for gene in genes] == [
                name,
                {"A": "Z", "Z": "A"}[name],
            ]
            explained = scorer.explanation(api_examples.VARIANTS[0], flank=1)
            assert explained.profile.gene is not None
            assert explained.profile.gene.name == name
