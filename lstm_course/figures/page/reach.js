// How far a gradient reaches, from stored curves: hundredths of log10 at the distances, null for zero. No page is needed.

var RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";

// {cell, radius, strength, bias} → {low, median, high, ceiling}; the ceiling is the bound, or the LSTM's path along c.
function curvesOf(data, s) {
  var found = data.curves[[s.cell, s.radius, s.strength].concat(s.cell === "lstm" ? [s.bias] : []).join(" ")];
  var each = 100 * Math.log10(data.slopes[s.cell] * data.largest[data.radii.indexOf(s.radius)]);
  var bound = data.distances.map(function (k) { return k * each; });
  return { low: found[0], median: found[1], high: found[2], ceiling: s.cell === "lstm" ? found[3] : bound };
}

function points(data, curve) {
  return [0].concat(data.distances).map(function (k, n) {
    var value = n === 0 ? 0 : curve[n - 1] === null ? 100 * data.bottom - 100 : curve[n - 1];
    return data.step * k + "," + (data.decade * (data.top - value / 100)).toFixed(2);
  });
}

// The distance at which a curve first falls below one half, on straight lines between its logarithms; null if it never does.
function half(data, curve) {
  var level = 100 * Math.log10(0.5), before = { k: 0, value: 0 };
  for (var n = 0; n < curve.length; n++) {
    var k = data.distances[n], value = curve[n];
    if (value === null) { return before.k; }
    if (value < level) { return before.k + (k - before.k) * (before.value - level) / (before.value - value); }
    before = { k: k, value: value };
  }
  return null;
}

// 10^(hundredths / 100) in two digits.
function power(hundredths) {
  if (hundredths === null) { return "0"; }
  if (hundredths > -200 && hundredths < 300) { return String(Number(Math.pow(10, hundredths / 100).toPrecision(2))); }
  var exponent = Math.floor(hundredths / 100), mantissa = Number(Math.pow(10, hundredths / 100 - exponent).toPrecision(2));
  if (mantissa === 10) { mantissa = 1; exponent += 1; }
  var raised = String(exponent).split("").map(function (sign) { return sign === "-" ? "\u207b" : RAISED[sign]; });
  return mantissa + "\u00a0\u00b7\u00a010" + raised.join("");
}

function settingInWords(data, s) {
  var bias = s.cell === "lstm" ? ", forget bias " + digits(s.bias, 0) : "";
  return data.names[s.cell] + ", \u03c1(U) = " + s.radius + ", input " + s.strength + bias;
}

var AT_REST = "nothing comes back, not even one step. With no input every unit rests at the kink of ReLU, where the slope counts as 0.";

// What a setting's curves say.
function spoken(data, s) {
  var found = curvesOf(data, s), reach = half(data, found.median), start = settingInWords(data, s) + ": ";
  var at = function (curve, k) { return power(curve[data.distances.indexOf(k)]); };
  if (found.median[0] === null) { return start + AT_REST; }
  start += reach === null ? "half or more of the gradient reaches back all 60 steps" : "half of the gradient is left " + digits(reach, 1) + " steps back";
  start += "; after 20 steps " + at(found.median, 20) + ", after 60 steps " + at(found.median, 60) + " (medians of " + data.draws + " draws). ";
  if (s.cell === "lstm") {
    return start + "Along c alone, through the unit that keeps most, \u220ff is " + at(found.ceiling, 20) + " and " + at(found.ceiling, 60) + ".";
  }
  if (found.ceiling[0] < 0) { return start + "The bound falls, so the gradient must vanish."; }
  return start + "The bound rises to " + at(found.ceiling, 60) + " and promises nothing.";
}
