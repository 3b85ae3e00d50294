"use strict";
(() => {
  const box = document.querySelector(".search");
  const said = box.querySelector("output");
  const fold = text => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");
  const rows = [...document.querySelectorAll(".register tbody tr")].map(row => [row, fold(row.textContent)]);
  const look = () => {
    const words = fold(box.querySelector("input").value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every(word => text.includes(word));
      shown += !row.hidden;
    }
    said.textContent = words.length ? `${shown} tài liệu` : "";
  };
  box.hidden = false;
  box.addEventListener("input", look);
  look();
})();
