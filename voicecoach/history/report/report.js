// Draws each chart when it is first seen, steps through its points by keyboard, and chooses
// what is shown. Without it the page still has every table.
"use strict";

const config = {
  background: "transparent",
  font: "system-ui, sans-serif",
  view: { stroke: null },
  axis: {
    domainColor: "var(--soft)", tickColor: "var(--soft)", gridColor: "var(--grid)",
    labelColor: "var(--ink)", labelFontSize: 12,
  },
};
const views = new Map();
let from = 0;

async function draw(figure) {
  if (views.has(figure)) return;
  views.set(figure, null);
  // A set is a list, which needs no drawing.
  if (!figure.querySelector(".chart")) {
    figure.dataset.drawn = "yes";
    return;
  }
  const told = JSON.parse(figure.querySelector("script").textContent);
  const chart = figure.querySelector(".chart");
  const { view } = await vegaEmbed(chart, told.spec, {
    config, renderer: "svg", actions: false, mode: "vega-lite", ast: false,
    tooltip: { theme: "custom" },
  });
  views.set(figure, view);
  // The figure has a name, a summary and a table: the drawing says nothing more.
  chart.querySelector("svg").setAttribute("aria-hidden", "true");
  if (told.readings.length) {
    if (from) view.signal("from", from).run();
    step(figure, view, told.readings);
  }
  figure.dataset.drawn = "yes";
}

function step(figure, view, readings) {
  const chart = figure.querySelector(".chart");
  const output = figure.querySelector("output");
  let at = -1;
  const go = (to) => {
    at = Math.max(0, Math.min(readings.length - 1, to));
    view.signal("at", at).run();
    output.textContent = readings[at];
  };
  chart.addEventListener("keydown", (event) => {
    const to = {
      ArrowLeft: at < 0 ? readings.length - 1 : at - 1,
      ArrowRight: at < 0 ? 0 : at + 1,
      Home: 0,
      End: readings.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  });
  chart.addEventListener("blur", () => {
    at = -1;
    view.signal("at", -1).run();
    output.textContent = "";
  });
  view.addEventListener("click", (_, item) => {
    if (item && item.datum && item.datum.i !== undefined) go(item.datum.i);
  });
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) draw(entry.target);
}, { rootMargin: "300px" });

function choose(picker) {
  for (const option of picker.options) {
    document.getElementById(option.value).hidden = option.value !== picker.value;
  }
}

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const details = target && target.querySelector("details");
  if (details) details.open = true;
}

for (const figure of document.querySelectorAll("figure")) seen.observe(figure);
for (const picker of document.querySelectorAll("select")) {
  picker.addEventListener("change", () => choose(picker));
  choose(picker);
}
for (const radio of document.querySelectorAll("input[name=span]")) {
  radio.addEventListener("change", () => {
    const days = Number(radio.value);
    from = days ? Number(radio.dataset.last) - days * 86400000 : 0;
    for (const [figure, view] of views) {
      if (view && figure.querySelector("output")) view.signal("from", from).run();
    }
  });
}
addEventListener("hashchange", openTarget);
addEventListener("beforeprint", () => {
  for (const figure of document.querySelectorAll("figure")) {
    if (figure.offsetParent !== null) draw(figure);
  }
});
openTarget();
