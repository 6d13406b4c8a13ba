// Sliders in, numbers and light out.

function setUp(root) {
  var sliders = root.querySelectorAll("input"), lines = root.querySelectorAll(".equation");
  var each = function (list, act) { Array.prototype.forEach.call(list, act); };

  function paint() {
    var a = {};
    each(sliders, function (slider) {
      a[slider.getAttribute("data-input")] = Number(slider.value);
      slider.parentNode.querySelector("output").textContent = Number(slider.value).toFixed(1).replace("-", "\u2212");
    });
    var v = cell(a);
    each(root.querySelectorAll("[data-value]"), function (n) { n.textContent = number(v[n.getAttribute("data-value")]); });
    each(root.querySelectorAll("[data-ends]"), function (n) {
      var value = v[n.getAttribute("data-ends").split(" ")[0]];
      if (value !== undefined) { n.style.opacity = 0.15 + 0.85 * Math.min(1, Math.abs(value)); }
    });
    equations(v).forEach(function (text, k) { lines[k].textContent = text; });
  }

  each(sliders, function (slider) { slider.addEventListener("input", paint); });
  root.querySelector(".controls").hidden = false;
  root.addEventListener("keydown", function (event) { event.stopPropagation(); }); // JupyterLab would move between cells
  root.setAttribute("data-ready", "");
  paint();
}

Array.prototype.forEach.call(document.querySelectorAll(".explorer:not([data-ready])"), setUp);
