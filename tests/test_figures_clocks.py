"""The clockwork drawn and the clockwork that runs: the same modules wake, and the same states are read."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from test_figures import cut, loose_ends, missed_tips, on_node, overlaps, spilling, struck, text_boxes, tight_crossings

from lstm_course.cells import ClockworkRNN
from lstm_course.figures.clocks import clockwork
from lstm_course.figures.diagram import draw
from lstm_course.recurrence import unroll

PERIODS, STEPS = (1, 2, 4, 8), 9
CELL = ClockworkRNN(1, len(PERIODS), PERIODS)  # one unit a module


@pytest.fixture(scope="module")
def run():
    rng = np.random.default_rng(0)
    return unroll(CELL, CELL.init(rng), rng.normal(size=(STEPS, 1, 1)))


def readers(d, step):
    """{module: modules whose state of the step before reaches it through the drawn wires}."""
    into = {}
    for edge in d.edges:
        into.setdefault(edge.target, set()).add(edge.source)

    def sources(name):
        if name.startswith("h_") and name.endswith(f"_{step - 1}"):
            return {int(name.split("_")[1])}
        return set().union(*(sources(source) for source in into.get(name, ())))

    return {m: sources(f"h_{m}_{step}") for m in range(len(PERIODS))}


def test_nodes_are_the_fields_of_the_trace_module_by_module_and_step_by_step():
    names = {node.name for node in clockwork().nodes if node.name.startswith("h_")}
    assert CELL.Trace._fields == ("h",)
    assert names == {f"h_{m}_{t}" for m in range(len(PERIODS)) for t in range(STEPS)}


def test_a_disc_runs_and_a_ring_sleeps_as_in_the_cell(run):
    d = clockwork()
    for t in range(1, STEPS):
        changed = run.h[t, 0] != run.h[t - 1, 0]
        assert [d.node(f"h_{m}_{t}").kind == "unit" for m in range(len(PERIODS))] == list(changed)


@pytest.mark.parametrize("shown", [1, 2, 4, 6, 8])
def test_the_bus_carries_what_the_cell_reads(shown, run):
    found = readers(clockwork(shown=shown), shown)
    params, state = CELL.init(np.random.default_rng(1)), CELL.State(run.h[shown - 1])
    a = CELL.project(params, run.x)[shown]
    base = CELL.step(params, a, state, shown).h[0]
    for j in range(len(PERIODS)):
        nudged = CELL.step(params, a, CELL.State(state.h + 0.1 * np.eye(len(PERIODS))[j]), shown).h[0]
        assert set(np.flatnonzero(nudged != base)) == {m for m in found if j in found[m]}


@pytest.mark.parametrize("shown", [1, 2, 4, 6, 8])
def test_any_step_can_be_shown(shown):
    d = clockwork(shown=shown)
    figure = draw(d)
    boxes = text_boxes(figure)
    assert overlaps(boxes) == cut(boxes, d) == struck(d, boxes) == on_node(d, boxes) == spilling(d, boxes) == []
    assert loose_ends(d) == tight_crossings(d) == [] and missed_tips(d, figure) == set()
    plt.close("all")


@pytest.mark.parametrize(("how", "message"), [({"periods": (1, 3, 4)}, "periods.*dividing"), ({"shown": 9}, "shown: 9.*1 to 8")])
def test_bad_clocks_are_refused(how, message):
    with pytest.raises(ValueError, match=message):
        clockwork(**how)
