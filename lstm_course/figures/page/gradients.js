// The page of the gradient explorer: sliders choose a stored curve.

var SLIDERS = { radius: "radii", strength: "strengths", bias: "biases" };

function setting(v) {
  var s = { cell: v.find(".cell").value };
  Object.keys(SLIDERS).forEach(function (name) { s[name] = v.data[SLIDERS[name]][Number(v.find("." + name).value)]; });
  return s;
}

function paint(v) {
  var s = setting(v), found = curvesOf(v.data, s), reach = half(v.data, found.median), says = v.find(".says");
  Object.keys(SLIDERS).forEach(function (name) {
    var slider = v.find("." + name), text = String(s[name]).replace("-", "\u2212");
    slider.setAttribute("aria-valuetext", text);
    slider.parentNode.querySelector("output").textContent = text;
  });
  v.find(".bias").disabled = s.cell !== "lstm";
  v.find(".band").setAttribute("points", points(v.data, found.low).concat(points(v.data, found.high).reverse()).join(" "));
  v.find(".plot .median").setAttribute("points", points(v.data, found.median).join(" "));
  v.find(".plot .bound").setAttribute("points", points(v.data, found.ceiling).join(" "));
  v.find(".half").setAttribute("d", reach === null ? "" : "M" + v.data.step * reach + ",0V9999");
  v.all(".ceiling", function (part) { part.textContent = s.cell === "lstm" ? "along c alone, \u220ff" : "bound"; });
  says.textContent = spoken(v.data, s);
  list(v, found);
  clearTimeout(v.timer);
  v.timer = setTimeout(function () { v.find(".unseen").textContent = says.textContent; }, 500);
}

function list(v, found) {
  var body = v.find(".numbers tbody");
  body.textContent = "";
  v.data.distances.forEach(function (k, n) {
    var row = add(body, "tr");
    add(row, "th", { scope: "row" }, k);
    ["low", "median", "high", "ceiling"].forEach(function (name) { add(row, "td", {}, power(found[name][n])); });
  });
}

function keep(v) {
  v.find(".plot .kept").setAttribute("points", v.find(".plot .median").getAttribute("points"));
  v.find(".keeps").textContent = "kept: " + settingInWords(v.data, setting(v));
  v.find(".key").classList.add("two");
}

function setUp(root) {
  var v = { data: JSON.parse(root.getAttribute("data-gradients")) };
  v.find = function (selector) { return root.querySelector(selector); };
  v.all = function (selector, act) { Array.prototype.forEach.call(root.querySelectorAll(selector), act); };
  v.all(".ask input, .ask select", function (control) { control.addEventListener("input", function () { paint(v); }); });
  v.find(".keep").addEventListener("click", function () { keep(v); });
  v.find(".live").hidden = false;
  root.addEventListener("keydown", function (event) { event.stopPropagation(); }); // JupyterLab would move between cells
  root.setAttribute("data-ready", "");
  paint(v);
}

Array.prototype.forEach.call(document.querySelectorAll(".gradients:not([data-ready])"), setUp);
