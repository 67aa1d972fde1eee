"""Ratios of programs' times: start-up cancels, and ranges hold all runs."""

import pytest
from benchmarks.gpu import operations
from benchmarks.score import programs, ratios
from hypothesis import given
from hypothesis import strategies as st

TIMES = st.floats(0.01, 100)


def _run(seconds: float) -> programs.Run:
    return programs.Run(seconds=seconds, processor=2 * seconds, peak_mebibytes=7.0)


@given(start=st.tuples(TIMES, TIMES), each=st.tuples(TIMES, TIMES))
def test_start_up_cancels(
    start: tuple[float, float], each: tuple[float, float]
) -> None:
    count = 50
    runs = {
        key: {
            "first": [[_run(begin + cost)]],
            "long": [[_run(begin + count * cost)]],
        }
        for key, begin, cost in zip(("official", "ours"), start, each, strict=True)
    }
    found = ratios.summarise(runs, {"long": count})
    assert found["ratios"].keys() == {"official / ours"}
    told = found["ratios"]["official / ours"]
    for name in ("steady", "processor"):
        assert told[name]["median"] == pytest.approx(each[0] / each[1], rel=1e-3)
    whole = (start[0] + count * each[0]) / (start[1] + count * each[1])
    assert told["whole"]["median"] == pytest.approx(whole)
    assert found["programs"]["ours"]["first_score_s"] == [start[1] + each[1]]


def test_a_range_is_of_all_runs_of_a_turn() -> None:
    told = ratios.ratio([[8.0], [10.0]], [[2.0, 4.0], [5.0, 1.0]])
    assert told == {"median": 3.0, "lowest": 2.0, "highest": 10.0}


def test_programs_are_compared_on_one_device() -> None:
    keys = ["official", "ours", "openspliceai", "ours-open", "ours+gpu"]
    assert programs.pairs(keys) == [
        ("official", "ours"),
        ("openspliceai", "ours-open"),
        ("official", "ours+gpu"),
    ]
    assert programs.title("ours+gpu") == f"{programs.title('ours')}, GPU"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sm90_xmma_fprop_implicit_gemm_f32f32_f32", "convolutions"),
        ("Memcpy HtoD (Pageable -> Device)", "copies"),
        ("aten::index_select", "gathers"),
        ("cudaStreamSynchronize", "waiting"),
        ("cudaLaunchKernel", "launching"),
        ("void at::native::vectorized_elementwise_kernel", "other"),
    ],
)
def test_operations_are_told_apart_by_name(name: str, expected: str) -> None:
    assert operations.kind(name) == expected
    assert operations.by_kind([(name, 1.0), (name, 2.0)]) == {expected: 3.0}
