"""The ensemble axes, where they are odd: carried by few arrays, cut out of a run, in half precision, and in memory."""

import numpy as np
import pytest
import torch
from engine import CELLS, case

from lstm_course import ops
from lstm_course.gradcheck import named, relative_error
from lstm_course.recurrence import bptt

every_cell = pytest.mark.parametrize("name", CELLS)
few_and_many = pytest.mark.parametrize("B", [2, ops.MANY + 1])  # an ensemble's order in memory differs


def carried_by(some, wanted):
    """The case with the members of everything but ``wanted`` (a field of the parameters, "x" or "state") taken away."""
    first = lambda value: type(value)(*(a[0] for a in value))  # noqa: E731
    bare = some._replace(x=some.x[:, 0], state=first(some.state), params=first(some.params))
    bare = bare._replace(c_below=None if some.c_below is None else some.c_below[:, 0])
    if wanted in some.params._fields:
        return bare._replace(params=bare.params._replace(**{wanted: getattr(some.params, wanted)}))
    return bare._replace(**{wanted: getattr(some, wanted)})


def repeated(few, like):
    """The same numbers as in ``few``, but every array with the three members that those of ``like`` have."""
    each = lambda value, full: type(value)(  # noqa: E731
        *(a if a.ndim == b.ndim else np.stack([a] * 3) for a, b in zip(value, full))
    )
    return few._replace(
        x=few.x if few.x.ndim == 4 else np.stack([few.x] * 3, 1),
        params=each(few.params, like.params),
        state=each(few.state, like.state),
        c_below=None if few.c_below is None else np.stack([few.c_below] * 3, 1),
    )


@every_cell
@few_and_many
@pytest.mark.parametrize("library", [np.asarray, torch.from_numpy])
def test_one_array_with_members_makes_an_ensemble(name, library, B):
    some = case(CELLS[name](3, 6), 4, B, np.random.default_rng(0), (3,))
    for wanted in (*some.params._fields, "x", "state"):
        few = carried_by(some, wanted)
        whole = repeated(few, like=some)
        expected, run, gradients = whole.run(), few.map(library).run(), named(few.map(library).gradients())
        np.testing.assert_allclose(np.asarray(run.h), expected.h, rtol=0, atol=1e-14, err_msg=wanted)
        for key, whole_gradient in named(whole.gradients()).items():
            got = np.asarray(gradients[key])
            if got.ndim < whole_gradient.ndim:
                whole_gradient = whole_gradient.sum(1 if key in ("x", "c_below") else 0)
            assert relative_error(got, whole_gradient) < 1e-13, (wanted, key)


@every_cell
@few_and_many
def test_a_member_cut_out_of_a_run_has_its_gradients(name, B):
    some = case(CELLS[name](3, 6), 5, B, np.random.default_rng(1), (3,))
    run, gradients = some.run(), some.gradients()
    at = lambda value: value and type(value)(*(a[1] for a in value))  # noqa: E731
    steps = lambda a: None if a is None else a[:, 1]  # noqa: E731
    trace = type(run.trace)(*map(steps, run.trace))
    cut = run._replace(h=steps(run.h), c=steps(run.c), state=at(run.state), trace=trace, x=steps(run.x),
                       initial_state=at(run.initial_state), c_below=steps(run.c_below))  # fmt: skip
    alone = bptt(some.cell, at(some.params), cut, steps(some.dh), at(some.dstate), dc=steps(some.dc))
    for a, b in zip((*gradients.params, *gradients.state), (*alone.params, *alone.state)):
        assert relative_error(a[1], b) < 1e-13
    assert relative_error(gradients.x[:, 1], alone.x) < 1e-13


@pytest.mark.parametrize("dtype, bound", [(torch.bfloat16, 2**-8), (torch.float16, 2**-11)])
def test_half_types_round_a_long_sum_once(dtype, bound):
    rng = np.random.default_rng(2)
    da, x = (torch.from_numpy(rng.normal(size=(1000, 4, 3, width))).to(dtype) for width in (5, 2))
    exact = torch.einsum("tkbr,tkbd->krd", da.double(), x.double())
    error = (ops.affine_weight(da, x).double() - exact).abs().max() / exact.abs().max()
    assert error < bound


@pytest.mark.parametrize("members", [(3,), (2, 2)])
def test_with_many_examples_what_a_gate_writes_at_a_step_is_one_run_of_numbers_for_each_member(members):
    run = case(CELLS["lstm"](3, 6), 4, ops.MANY, np.random.default_rng(3), members).run()
    for array in (run.trace.i, run.trace.o, run.trace.c, run.h):
        assert array[1].swapaxes(-1, -2)[(0,) * len(members)].flags["C_CONTIGUOUS"]


@pytest.mark.parametrize("members", [(3,), (2, 2)])
def test_with_few_examples_a_run_is_one_run_of_numbers_step_after_step(members):
    some = case(CELLS["lstm"](3, 6), 4, ops.MANY - 1, np.random.default_rng(3), members)
    run = some.run()
    for array in (some.cell.project(some.params, some.x), run.trace.c, run.h):
        assert array.flags["C_CONTIGUOUS"]
