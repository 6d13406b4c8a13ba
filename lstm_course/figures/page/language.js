// The language model of the sentence explorer: read a text, run the LSTM, say what comes next. No page is needed here;
// a test holds it to the NumPy cell.

function floats(text) {
  var bytes = atob(text), codes = new Uint8Array(bytes.length);
  for (var k = 0; k < bytes.length; k++) { codes[k] = bytes.charCodeAt(k); }
  return new Float32Array(codes.buffer);
}

// `data` as the page carries it, its weights decoded.
function opened(data) {
  var net = { words: data.words, index: Object.create(null), hidden: data.hidden };
  data.words.forEach(function (word, k) { net.index[word] = k; });
  Object.keys(data.weights).forEach(function (name) { net[name] = floats(data.weights[name]); });
  return net;
}

var LONGEST = 60;

function split(text) { return text.slice(0, 4000).toLowerCase().replace(/\./g, " . ").split(/\s+/).filter(Boolean); }

// {words: what is read, unknown: what stops it, cut: whether words were left off at the end}.
function reading(net, text) {
  var all = split(text), cut = all.length > LONGEST || text.length > 4000, words = all.slice(0, LONGEST);
  var unknown = words.filter(function (word) { return !(word in net.index); });
  return { words: unknown.length ? words.slice(0, words.indexOf(unknown[0])) : words, unknown: unknown, cut: cut };
}

// Levenshtein's distance, row by row.
function distance(one, other) {
  var row = [];
  for (var k = 0; k <= other.length; k++) { row.push(k); }
  for (var i = 1; i <= one.length; i++) {
    var corner = row[0];
    row[0] = i;
    for (var j = 1; j <= other.length; j++) {
      var best = Math.min(row[j] + 1, row[j - 1] + 1, corner + (one[i - 1] === other[j - 1] ? 0 : 1));
      corner = row[j];
      row[j] = best;
    }
  }
  return row[other.length];
}

// The three known words nearest to an unknown one.
function nearest(net, word) {
  var far = net.words.map(function (known) { return { word: known, far: distance(word.slice(0, 30), known) }; });
  far.sort(function (a, b) { return a.far - b.far || (a.word < b.word ? -1 : 1); });
  return far.slice(0, 3).map(function (one) { return one.word; });
}

function sigmoid(z) { return 1 / (1 + Math.exp(-z)); }

// to + row k of a matrix times a vector.
function product(to, matrix, k, vector) {
  for (var j = 0, at = k * vector.length; j < vector.length; j++) { to += matrix[at + j] * vector[j]; }
  return to;
}

function softmax(scores) {
  var most = Math.max.apply(null, scores), up = scores.map(function (score) { return Math.exp(score - most); });
  var sum = up.reduce(function (a, b) { return a + b; });
  return up.map(function (value) { return value / sum; });
}

// Every step's gates, states and next-word probabilities. change: null; or {unit, value}, c held there from the first
// word by gates that are exactly 1 and 0; or {unit, value, after}, c set there once, after the word of that number.
function run(net, words, change) {
  var H = net.hidden, b = Array.from(net.b), c = new Array(H).fill(0), h = c.slice(), D = net.W.length / (4 * H);
  if (change && change.after === undefined) {
    b[change.unit] = -1000;
    b[H + change.unit] = 1000;
    c[change.unit] = change.value;
  }
  return words.map(function (word, t) {
    var at = net.index[word], x = net.embedding.subarray(at * D, (at + 1) * D);
    var a = b.map(function (bias, k) { return product(product(bias, net.W, k, x), net.U, k, h); });
    var i = a.slice(0, H).map(sigmoid), f = a.slice(H, 2 * H).map(sigmoid);
    var g = a.slice(2 * H, 3 * H).map(Math.tanh), o = a.slice(3 * H).map(sigmoid);
    c = c.map(function (old, k) { return f[k] * old + i[k] * g[k]; });
    h = c.map(function (value, k) { return o[k] * Math.tanh(value); });
    var p = softmax(Array.from(net.b_y).map(function (bias, k) { return product(bias, net.V, k, h); }));
    if (change && change.after === t) { c[change.unit] = change.value; }
    return { i: i, f: f, g: g, o: o, c: c, h: h, p: p };
  });
}

var PRONOUNS = ["he", "she", "they"];

// The pronouns, then the likeliest others before or after a change: count words in all. now, before: probabilities.
function listed(net, now, before, count) {
  var most = function (word) { return Math.max(now[net.index[word]], before[net.index[word]]); };
  var others = net.words.filter(function (word) { return PRONOUNS.indexOf(word) < 0; });
  others.sort(function (a, b) { return most(b) - most(a); });
  return PRONOUNS.concat(others.slice(0, count - PRONOUNS.length));
}

function quoted(word) { return "\u201c" + (word.length > 24 ? word.slice(0, 24) + "\u2026" : word) + "\u201d"; }

function spokenOdds(net, p) {
  var best = p.indexOf(Math.max.apply(null, p));
  var odds = PRONOUNS.map(function (word) { return word + " " + digits(p[net.index[word]], 3); }).join(", ");
  return odds + "; likeliest " + quoted(net.words[best]) + " " + digits(p[best], 3);
}

// What a step and a change do, in a sentence.
function spoken(net, word, change, now, before) {
  var start = "After " + quoted(word) + ": " + spokenOdds(net, now) + ".";
  if (!change) { return start; }
  var how = change.after === undefined ? " held at " : " set once, after word " + (change.after + 1) + ", to ";
  return start + " That is with c of unit " + change.unit + how + digits(change.value, 2) + ". Left alone: " + spokenOdds(net, before) + ".";
}

// The value on the other side: of the two means, the one that is further away.
function flipped(value, he, she) { return Math.abs(value - he) < Math.abs(value - she) ? she : he; }
