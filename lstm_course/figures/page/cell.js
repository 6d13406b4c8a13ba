// One cell of the LSTM, for the explorer. A test holds it to the NumPy cell at 1e-12.

function sigmoid(z) { return 1 / (1 + Math.exp(-z)); }

function cell(a) {
  var i = sigmoid(a.a_i), f = sigmoid(a.a_f), g = Math.tanh(a.a_g), o = sigmoid(a.a_o);
  var keep = f * a.c_prev, write = i * g, c = keep + write, tanh_c = Math.tanh(c);
  return { i: i, f: f, g: g, o: o, c_prev: a.c_prev, keep: keep, write: write, c: c, tanh_c: tanh_c, h: o * tanh_c };
}

// Three digits after the point, a true minus sign, none before a rounded zero.
function number(value) {
  var text = value.toFixed(3);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "\u2212");
}

function inBrackets(value) { return value < 0 ? "(" + number(value) + ")" : number(value); }

// The last two equations with their numbers.
function equations(v) {
  return [
    "cₜ = f · cₜ₋₁ + i · g = " + number(v.f) + " · " + inBrackets(v.c_prev) + " + " + number(v.i) + " · " + inBrackets(v.g) + " = " + number(v.c),
    "hₜ = o · tanh cₜ = " + number(v.o) + " · " + inBrackets(v.tanh_c) + " = " + number(v.h)
  ];
}
