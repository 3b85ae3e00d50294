"use strict";
(() => {
  const style = document.head.appendChild(document.createElement("style"));
  const two = number => String(number).padStart(2, "0");
  const say = () => {
    const now = new Date();
    const day = `${two(now.getDate())}/${two(now.getMonth() + 1)}/${now.getFullYear()}`;
    style.textContent =
      `@page { @bottom-right { content: "Trang " counter(page) "/" counter(pages) "\\a In ngày ${day}"; } }`;
  };
  addEventListener("beforeprint", say);
  say();
})();
