// The color theme: the system's, or what the reader chose on any of the pages. Runs before the page
// is drawn, so that it is not drawn in another theme first.

{
  const THEMES = { auto: "Auto", light: "Light", dark: "Dark" };
  const chosen = () => Object.hasOwn(THEMES, localStorage.getItem("theme")) ? localStorage.getItem("theme") : "auto";

  const apply = () => {
    const theme = chosen();
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    return theme;
  };

  const name = (button) => {
    button.querySelector("span").textContent = THEMES[chosen()];
    button.setAttribute("aria-label", `${THEMES[chosen()]} color theme`);
  };

  apply();
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    name(button);
    button.addEventListener("click", () => {
      const names = Object.keys(THEMES);
      localStorage.setItem("theme", names[(names.indexOf(chosen()) + 1) % names.length]);
      apply();
      name(button);
    });
  });
}
