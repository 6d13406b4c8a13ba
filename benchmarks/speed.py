"""How fast the engine is, as ratios to torch.nn of the same run; below 1 is faster.

    python benchmarks/speed.py [--rounds N] [--processes N] [--write]

All contenders of a size are timed in one process and one thread, taking turns in random order; before that they must
agree. A process finds the median over its rounds of (time / torch.nn's time in the same round). From process to
process such a ratio moves by a tenth and more, so each number is the median over several processes.
"""

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

# Freed memory stays with the process, for every contender alike: otherwise page faults are what is timed.
FIXED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MALLOC_TRIM_THRESHOLD_": "-1",
         "MALLOC_MMAP_MAX_": "0", "MALLOC_TOP_PAD_": "268435456", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"}  # fmt: skip
if any(os.environ.get(k) != v for k, v in FIXED.items()):
    os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | FIXED)

import contenders  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from tqdm import tqdm  # noqa: E402

torch.set_num_threads(1)
T, SIZES = 100, [(1, 64), (16, 64), (64, 128), (16, 256)]
HERE = Path(__file__).parent


def line_up(B, H):
    """{(row name, the torch.nn class it is held against): go} for one size."""
    rows = {}
    for kind in ("LSTM", "RNN", "GRU"):
        s = contenders.setting(kind, T, B, H)
        rows[f"torch.nn.{kind}", kind] = contenders.torch_nn(s)
        rows[f"NumPy {kind}", kind] = contenders.ours_numpy(s)
        rows[f"layer {kind}", kind] = contenders.ours_layer(s)
    for kind, name in (("CoupledLSTM", "coupled"), ("PeepholeLSTM", "peephole")):
        s = contenders.setting(kind, T, B, H)
        rows[f"NumPy {name}", "LSTM"] = contenders.ours_numpy(s)
        rows[f"layer {name}", "LSTM"] = contenders.ours_layer(s)
    s = contenders.setting("LSTM", T, B, H)
    for name, make in (contenders.READABLE | contenders.COMPILED).items():
        try:
            rows[name, "LSTM"] = make(s)
        except (ImportError, AttributeError) as missing:
            print(f"left out: {name} ({missing})", file=sys.stderr)
    return rows


def agree(rows):
    """Every contender computes what the first of its kind computes: values and gradient of x."""
    first = {}
    for (name, kind), go in rows.items():
        if name.endswith(("coupled", "peephole")):
            kind = name.split()[-1]
        h, dx = (np.asarray(a.detach() if isinstance(a, torch.Tensor) else a) for a in go(True))
        expected = first.setdefault(kind, (h, dx))
        for what, a, b in (("h", h, expected[0]), ("dx", dx, expected[1])):
            error = np.abs(a - b).max() / np.abs(b).max()
            assert error < 1e-4, f"{name} disagrees in {what} by {error:.1e}"


def times(rows, backward, rounds, order, least=0.02):
    """Seconds a run, (rounds,) for each row: in each round every row runs for at least ``least`` seconds.

    ``order`` is a ``random.Random`` that shuffles the rows anew for each round.
    """
    repeats = {}
    for key, go in rows.items():
        go(backward)
        begin = time.perf_counter()
        go(backward)
        repeats[key] = max(1, round(least / (time.perf_counter() - begin)))
    seconds = {key: [] for key in rows}
    for _ in range(rounds):
        for key in order.sample(list(rows), len(rows)):
            begin = time.perf_counter()
            for _ in range(repeats[key]):
                rows[key](backward)
            seconds[key].append((time.perf_counter() - begin) / repeats[key])
    return {key: np.array(values) for key, values in seconds.items()}


def ratios(seconds):
    return {name: float(np.median(s / seconds[f"torch.nn.{kind}", kind])) for (name, kind), s in seconds.items()}


def ensembles(rounds, order):
    """16 members as one run over 16 runs, layer LSTM forwards and backwards."""
    from lstm_course import nn

    found = {}
    for B in (32, 4):
        models = [nn.LSTM(16, 16) for _ in range(16)]
        stacked, _ = torch.func.stack_module_state(models)
        x = torch.randn(25, B, 16)
        together = torch.func.vmap(lambda p: torch.func.functional_call(models[0], p, (x,))[0])  # noqa: B023
        rows = {
            "one run": lambda _: together(stacked).sum().backward(),  # noqa: B023
            "16 runs": lambda _: [m(x)[0].sum().backward() for m in models],  # noqa: B023
        }
        seconds = times(rows, None, rounds, order)
        found[f"16 members as one run, B = {B}"] = float(np.median(seconds["one run"] / seconds["16 runs"]))
    return found


def scaling(rounds, order):
    """Clockwork against the dense RNN of the same engine, and time against length."""
    from lstm_course import cells

    clock = cells.ClockworkRNN(512, 512, periods=tuple(2**k for k in range(8)))
    s = contenders.setting("RNN", T, 16, 512)
    masked = s.params._replace(U=(s.params.U * clock.mask()).astype(np.float32))
    rows = {"dense": contenders.ours_numpy(s), "clock": contenders.ours_numpy(s._replace(cell=clock, params=masked))}
    for length in (200, 400):
        rows[length] = contenders.ours_numpy(contenders.setting("LSTM", length, 16, 64))
    seconds = times(rows, True, rounds, order)
    awake = sum(clock.awake(t) for t in range(T)) / (T * 512)
    return {
        "Clockwork / dense RNN, H = 512, B = 16, 8 periods": float(np.median(seconds["clock"] / seconds["dense"])),
        "units awake, the arithmetic ratio": awake,
        "time(2T) / time(T), NumPy LSTM": float(np.median(seconds[400] / seconds[200])),
    }


def measured(rounds, seed):
    """{table: {row: {column: ratio}}} of this process."""
    order = random.Random(seed)
    found = {"forward": {}, "forward_backward": {}}
    for B, H in SIZES:
        rows = line_up(B, H)
        agree(rows)
        for what, table in found.items():
            for name, ratio in ratios(times(rows, what == "forward_backward", rounds, order)).items():
                table.setdefault(name, {})[f"B = {B}, H = {H}"] = ratio
    others = ensembles(3 * rounds, order) | scaling(3 * rounds, order)  # a few rows, quickly timed
    return found | {"others": {name: {"ratio": ratio} for name, ratio in others.items()}}


def of_new_process(rounds, seed):
    command = [sys.executable, __file__, "--rounds", str(rounds), "--seed", str(seed)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="in each process")
    parser.add_argument("--processes", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="store the tables that the book shows")
    parser.add_argument("--seed", type=int, help="be one of the processes, and print what it measures as JSON")
    options = parser.parse_args()
    if options.processes < 1 or options.rounds < 1:
        parser.error("--rounds and --processes must be at least 1")
    if options.seed is not None:
        print(json.dumps(measured(options.rounds, options.seed)))
        return
    found = [of_new_process(options.rounds, seed) for seed in tqdm(range(options.processes), unit="process")]
    for table, rows in found[0].items():
        columns = list(next(iter(rows.values())))
        lines = [["what" if table == "others" else "ratio to torch.nn", *columns]]
        for row in rows:
            each = np.array([[one[table][row][column] for column in columns] for one in found])
            middle, low, high = np.median(each, 0), each.min(0), each.max(0)
            lines.append([row, *(f"{ratio:.2f}" for ratio in middle)])
            print(table, row, *(f"{a:.2f} ({b:.2f} to {c:.2f})" for a, b, c in zip(middle, low, high)), sep="  ")
        if options.write:
            with open(HERE / f"{table}.csv", "w", encoding="utf8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(lines)


if __name__ == "__main__":
    main()
