"use strict";
(() => {
  const form = document.getElementById("filter");
  const rows = [...document.querySelectorAll("#found > tbody > tr")];
  const words = rows.map((row) => row.textContent.toLowerCase());
  const said = document.getElementById("shown");
  const apply = () => {
    const { text, severity, rule, department } = Object.fromEntries(new FormData(form));
    const wanted = text.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, index) => {
      const data = row.dataset;
      const fits = (!severity || data.severity === severity) && (!rule || data.rule === rule) &&
        (!department || data.departments.split(" ").includes(department)) && words[index].includes(wanted);
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    said.textContent = said.dataset.words.replace("{}", shown);
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
