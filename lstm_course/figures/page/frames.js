// What a frame shows, as data: no page is needed, and a test runs this part by itself.
// Every number was written by Python from the trace; nothing is computed again here.

function frames(data) { return data.steps * data.stages.length; }

function clamp(data, k) { return Math.max(0, Math.min(frames(data) - 1, k)); }

function fill(template, numbers, t) {
  return template.replace(/\{(\w+)\}/g, function (_, name) { return numbers[name][t]; });
}

// {t, stage, lit, values: {name: text}, says} of frame k; a stage keeps what the stages before it showed.
function frame(data, k) {
  var count = data.stages.length, t = Math.floor(k / count), s = k % count, values = {};
  for (var earlier = 0; earlier <= s; earlier++) {
    data.stages[earlier].shows.forEach(function (name) { values[name] = data.numbers[name][t]; });
  }
  var stage = data.stages[s];
  return { t: t, stage: stage.name, lit: stage.lit, values: values, says: fill(stage.says, data.numbers, t) };
}

// Place and height of a bar on a scale from -limit to limit in a box of height 2 · half.
function bar(value, limit, half) {
  var length = Math.abs(value) / limit * half;
  return { y: value < 0 ? half : half - length, height: Math.max(length, 0.75) };
}
