// The buttons, and the page. It starts paused and moves only when asked to.

function setUp(root) {
  var data = JSON.parse(root.getAttribute("data-motion")), now = 0, timer = null;
  var find = function (selector) { return root.querySelector(selector); };
  var all = function (selector, act) { Array.prototype.forEach.call(root.querySelectorAll(selector), act); };
  var play = find(".play"), slider = find("input"), says = find(".says");

  function paint(state) {
    var lit = {};
    state.lit.forEach(function (name) { lit[name] = true; });
    all("[data-node]", function (n) { n.classList.toggle("dim", !lit[n.getAttribute("data-node")] && n.getAttribute("data-node") !== "module"); });
    all("[data-owner]", function (n) { n.classList.toggle("dim", !lit[n.getAttribute("data-owner")]); });
    all("[data-ends]", function (n) {
      n.classList.toggle("dim", !n.getAttribute("data-ends").split(" ").every(function (name) { return lit[name]; }));
    });
    all("[data-value]", function (n) {
      var name = n.getAttribute("data-value");
      n.textContent = state.values[name] === undefined ? "" : state.values[name];
      n.classList.toggle("dim", !lit[name]);
    });
    all("[data-bar]", function (n) {
      var name = n.getAttribute("data-bar"), there = name in state.values;
      var size = bar(there ? data.heights[name][state.t][Number(n.getAttribute("data-unit"))] : 0, data.limit, data.half);
      n.setAttribute("y", Number(n.getAttribute("data-top")) + size.y);
      n.setAttribute("height", size.height);
      n.classList.toggle("gone", !there);
    });
    all("[data-step]", function (n) {
      var t = Number(n.getAttribute("data-step"));
      n.classList.toggle("now", t === state.t);
      n.classList.toggle("later", t > state.t || (t === state.t && state.values.done === undefined));
    });
    all("[data-slide]", function (n) { n.setAttribute("transform", "translate(" + -n.getAttribute("data-slide") * state.t + ",0)"); });
  }

  function show(k) {
    now = clamp(data, k);
    var state = frame(data, now);
    paint(state);
    slider.value = now;
    slider.setAttribute("aria-valuetext", state.says);
    says.textContent = state.says;
    if (now === frames(data) - 1) { pause(); }
  }

  function pause() {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
    says.setAttribute("aria-live", "polite");
  }

  function toggle() {
    if (timer) { return pause(); }
    play.textContent = "Pause";
    says.setAttribute("aria-live", "off");
    timer = setInterval(function () { show(now + 1); }, 1800);
    show(now === frames(data) - 1 ? 0 : now + 1);
  }

  function go(k) { pause(); show(k); }

  play.addEventListener("click", toggle);
  find(".back").addEventListener("click", function () { go(now - 1); });
  find(".forth").addEventListener("click", function () { go(now + 1); });
  slider.addEventListener("input", function () { go(Number(slider.value)); });
  var kept = 0;
  window.addEventListener("beforeprint", function () { kept = now; go(data.stages.length - 1); });
  window.addEventListener("afterprint", function () { show(kept); });
  find(".controls").hidden = false;
  root.addEventListener("keydown", function (event) { event.stopPropagation(); }); // JupyterLab would move between cells
  root.setAttribute("data-ready", "");
  show(0);
}

Array.prototype.forEach.call(document.querySelectorAll(".motion[data-motion]:not([data-ready])"), setUp);
