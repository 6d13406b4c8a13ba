// The page of the sentence explorer. Whatever is typed reaches the page as text, never as markup.
// A view `v` holds the root's parts, the network, and what is read, run and looked at.

var GATES = ["f", "i", "g", "o", "c"];

function gateCell(row, name, value) {
  var strength = Math.abs(name === "c" ? Math.tanh(value) : value).toFixed(2);
  add(row, "td", { class: "gate", style: "--hue:var(--" + name + ");--strength:" + strength }, digits(value, 2));
}

// One field for each unit: blue above zero, orange below, the stronger the further. One background paints them all.
function strip(row, c, unit) {
  var part = 100 / c.length, fields = c.map(function (value, k) {
    var share = (100 * Math.abs(Math.tanh(value))).toFixed(0);
    var shade = "color-mix(in srgb,var(--" + (value < 0 ? "f" : "c") + ") " + share + "%,transparent)";
    return shade + " " + k * part + "% " + (k + 1) * part + "%";
  });
  var picture = add(add(row, "td", { class: "strip" }), "div", { style: "background:linear-gradient(to right," + fields.join(",") + ")" });
  add(picture, "span", { class: "mark", style: "left:" + unit * part + "%;width:" + part + "%" });
}

function offers(select, value) { return Array.from(select.options).some(function (one) { return one.value === value; }); }

function change(v) {
  if (v.what.value === "nothing") { return null; }
  var how = { unit: Number(v.unit.value), value: Number(v.value.value) };
  if (v.what.value !== "hold") { how.after = Number(v.what.value); }
  return how;
}

// A new text: what can be done depends on its words.
function readText(v) {
  v.read = reading(v.net, v.text.value);
  var kept = v.what.value, words = v.read.words;
  v.what.textContent = "";
  add(v.what, "option", { value: "nothing" }, "leave it alone");
  add(v.what, "option", { value: "hold" }, "hold it from the first word");
  words.forEach(function (word, t) {
    add(v.what, "option", { value: t }, "set it once, after word " + (t + 1) + ", " + quoted(word));
  });
  v.what.value = offers(v.what, kept) ? kept : "nothing";
  v.pick.value = offers(v.pick, v.text.value) ? v.text.value : "";
  v.plain = run(v.net, words, null);
  v.chosen = Math.max(0, words.length - 1);
  warn(v);
  operate(v);
}

function warn(v) {
  var line = v.find(".message"), read = v.read, first = read.unknown[0];
  line.textContent = "";
  if (first !== undefined) {
    line.append(quoted(first) + " is not among the " + v.net.words.length + " words it knows. Near it: ");
    nearest(v.net, first).forEach(function (word) {
      add(line, "button", { type: "button" }, word).addEventListener("click", function () { replace(v, first, word); });
    });
    line.append(" The network stops reading there." + (read.unknown.length > 1 ? " Unknown as well: " + (read.unknown.length - 1) + " more." : ""));
  } else if (read.words.length === 0) {
    line.append("Write a few words of its language, such as \u201cthe king loves\u201d, or pick a sentence.");
  }
  if (read.cut) { line.append(" Only the first " + LONGEST + " words are read."); }
  line.hidden = line.textContent === "";
}

function replace(v, word, other) {
  var words = split(v.text.value);
  words[words.indexOf(word)] = other;
  v.text.value = words.join(" ");
  v.text.focus();
  readText(v);
}

function operate(v) {
  var how = change(v), k = Number(v.unit.value);
  v.changed = how ? run(v.net, v.read.words, how) : v.plain;
  v.find(".which").textContent = k + (k === v.given.unit ? " (gender)" : "");
  v.find(".operate output").textContent = digits(Number(v.value.value), 2);
  v.find(".means").textContent = "mean of its c: he " + digits(v.given.he[k], 2) + ", she " + digits(v.given.she[k], 2);
  v.rows.textContent = "";
  v.changed.forEach(function (step, t) {
    var row = add(v.rows, "tr");
    add(add(row, "th", { scope: "row" }), "button", { type: "button" }, v.read.words[t]);
    GATES.forEach(function (name) { gateCell(row, name, step[name][k]); });
    strip(row, step.c, k);
  });
  v.find(".pair").hidden = v.changed.length === 0;
  show(v);
}

// What comes next after the chosen word, or after the one under the mouse.
function show(v) {
  var t = v.hovered === null ? v.chosen : v.hovered, now = v.changed[t], says = v.find(".says");
  Array.prototype.forEach.call(v.rows.children, function (row, k) {
    row.classList.toggle("now", k === t);
    fill(row.querySelector("button"), { tabindex: k === v.chosen ? 0 : -1, "aria-pressed": k === v.chosen });
  });
  says.textContent = now ? spoken(v.net, v.read.words[t], change(v), now.p, v.plain[t].p) : "";
  if (now) { listNext(v, t); }
  if (v.find(".numbers").open) { listUnits(v, now); }
  clearTimeout(v.timer);
  v.timer = setTimeout(function () { v.find(".unseen").textContent = v.find(".message").textContent || says.textContent; }, 500);
}

function listNext(v, t) {
  var now = v.changed[t].p, before = v.plain[t].p, body = v.find(".next tbody");
  v.find(".after").textContent = v.read.words.slice(0, t + 1).slice(-3).join(" ");
  body.textContent = "";
  listed(v.net, now, before, 8).forEach(function (word, k) {
    var row = add(body, "tr", k < PRONOUNS.length ? { class: "pronoun" } : {}), at = v.net.index[word];
    add(row, "th", { scope: "row" }, word);
    var bar = add(row, "td", { class: "bar", style: "--now:" + now[at].toFixed(4) + ";--old:" + before[at].toFixed(4) });
    add(bar, "span", {}, digits(now[at], 3));
    add(row, "td", {}, digits(before[at], 3));
  });
}

function listUnits(v, now) {
  var body = v.find(".numbers tbody");
  body.textContent = "";
  for (var k = 0; now && k < v.net.hidden; k++) {
    var row = add(body, "tr");
    add(row, "th", { scope: "row" }, k);
    GATES.forEach(function (name) { gateCell(row, name, now[name][k]); });
  }
}

function flip(v) {
  var k = Number(v.unit.value), last = v.plain[v.plain.length - 1], from = Number(v.value.value);
  if (v.what.value === "nothing") {
    v.what.value = "hold";
    from = last ? last.c[k] : 0;
  }
  v.value.value = flipped(from, v.given.he[k], v.given.she[k]);
  operate(v);
}

function choose(v, t) {
  v.chosen = Math.max(0, Math.min(v.changed.length - 1, t));
  show(v);
}

// The words: hover looks, click and focus choose, arrow keys go from one to the next.
function listenToWords(v) {
  var at = function (event) { return Array.prototype.indexOf.call(v.rows.children, event.target.closest("tr")); };
  v.rows.addEventListener("mouseover", function (event) { v.hovered = at(event); show(v); });
  v.rows.addEventListener("mouseleave", function () { v.hovered = null; show(v); });
  v.rows.addEventListener("click", function (event) { choose(v, at(event)); });
  v.rows.addEventListener("focusin", function (event) { choose(v, at(event)); });
  v.rows.addEventListener("keydown", function (event) {
    var to = { ArrowDown: v.chosen + 1, ArrowUp: v.chosen - 1, Home: 0, End: v.changed.length - 1 }[event.key];
    if (to === undefined) { return; }
    event.preventDefault();
    choose(v, to);
    v.rows.children[v.chosen].querySelector("button").focus();
  });
}

function listen(v) {
  v.text.addEventListener("input", function () { readText(v); });
  v.pick.addEventListener("change", function () { if (v.pick.value) { v.text.value = v.pick.value; readText(v); } });
  v.unit.addEventListener("change", function () { operate(v); });
  v.what.addEventListener("change", function () { operate(v); });
  v.value.addEventListener("input", function () { if (v.what.value === "nothing") { v.what.value = "hold"; } operate(v); });
  v.find(".flip").addEventListener("click", function () { flip(v); });
  v.find(".free").addEventListener("click", function () { v.what.value = "nothing"; operate(v); });
  v.find(".numbers").addEventListener("toggle", function () { show(v); });
}

function setUp(root) {
  var given = JSON.parse(root.getAttribute("data-language")), v = { given: given, net: opened(given), hovered: null };
  v.find = function (selector) { return root.querySelector(selector); };
  ["text", "pick", "unit", "what", "value", "rows"].forEach(function (name) { v[name] = v.find("." + name); });
  v.find(".still").remove();
  v.find(".live").hidden = false;
  root.addEventListener("keydown", function (event) { event.stopPropagation(); }); // JupyterLab would move between cells
  root.setAttribute("data-ready", "");
  v.text.value = given.text;
  v.value.value = given.she[given.unit];
  listenToWords(v);
  listen(v);
  readText(v);
}

Array.prototype.forEach.call(document.querySelectorAll(".sentences:not([data-ready])"), setUp);
