"""The package as it is imported, and its short way to scores."""

import subprocess
import sys

import numpy as np
import polars.testing as polars_testing
import pytest

import twinsplice
from support import api_examples, cli


def test_the_short_way_is_the_long_one(desk: cli.Desk) -> None:
    files = api_examples.files(desk)
    with (
        twinsplice.open(**files, model="cispliceai", device="cpu") as short,
        twinsplice.open(**files, model=api_examples.PAIRED, distance=30) as given,
    ):
        model = twinsplice.load_model("cispliceai", device="cpu")
        with twinsplice.Scorer(model, **files) as long:
            polars_testing.assert_frame_equal(
                short.score(api_examples.VARIANTS), long.score(api_examples.VARIANTS)
            )
        assert given.model is api_examples.PAIRED
        assert given.options.distance == 30
        ref, alt = (
            api_examples.SEQUENCE[:40],
            api_examples.SEQUENCE[:20] + "G" + api_examples.SEQUENCE[21:40],
        )
        np.testing.assert_array_equal(
            given.delta(ref, alt), api_examples.PAIRED.delta(ref, alt)
        )


def test_the_package_is_imported_without_torch() -> None:
    code = (
        "import sys, twinsplice\n"
        "assert 'torch' not in sys.modules and 'polars' not in sys.modules\n"
        "assert twinsplice.__version__\n"
        "twinsplice.load_model\n"
        "assert 'torch' in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0


def test_what_the_package_offers_is_there() -> None:
    for name in twinsplice.__all__:
        assert getattr(twinsplice, name) is not None
    with pytest.raises(AttributeError, match="nothing"):
        twinsplice.nothing  # noqa: B018
