# SPDX-License-Identifier: Apache-2.0
"""A window of chromium for the scripts that try the pages for people."""
from axe_core_python.selenium import Axe
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

WIDE, NARROW = (1280, 900), (380, 844)

# Stands between a page and its server: keeps what was asked for, and holds answers back or
# changes them where a test says so.
BETWEEN = """
  window.between = { scored: [], held: [], holds: false, change: null };
  const fetched = window.fetch.bind(window);
  window.fetch = async (path, options) => {
    const isScore = /:(predict|explain)$/.test(path);
    if (isScore) between.scored.push(JSON.parse(options.body).instances[0]);
    if (!isScore || !between.holds) {
      const answer = await fetched(path, options);
      return between.change ? between.change(path, answer) : answer;
    }
    // Not given up when the page gives it up: the answer comes, late.
    const answer = await fetched(path, { ...options, signal: undefined });
    await new Promise((go) => between.held.push(go));
    return answer;
  };
"""


class Browser:
    """One window of chromium, for the pages of one server."""

    def __init__(self, base, size=WIDE, theme="light", screenshots=None):
        self.base, self.screenshots = base, screenshots
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        # Chromium's own sandbox needs rights that a container's root does not have.
        for flag in ["headless=new", "no-sandbox", "disable-dev-shm-usage", "disable-gpu",
                     "hide-scrollbars", "disable-background-networking"]:
            options.add_argument(f"--{flag}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = webdriver.ChromeService("/usr/bin/chromedriver")
        self.driver = webdriver.Chrome(options=options, service=service)
        self.size = size
        self.resize(size[1])
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": theme}]})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def resize(self, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": self.size[0], "height": height, "deviceScaleFactor": 1,
            "mobile": self.size[0] < 600})

    def stand_between(self):
        """Puts the script above before the pages to come."""
        self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": BETWEEN})

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def imported(self, module, expression, *arguments):
        """What an expression of a module `m` of the page and of `a`, the arguments, gives."""
        return self.driver.execute_async_script(
            "const a = [...arguments]; const done = a.pop();"
            f"import('/page/{module}').then((m) => done(JSON.stringify({expression})));",
            *arguments)

    def be_offline(self, is_offline):
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {
            "offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})

    def open(self, path):
        self.driver.get(self.base + path)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def wait(self, condition):
        return WebDriverWait(self.driver, 30).until(lambda _: condition())

    def keys(self, *keys):
        self.driver.switch_to.active_element.send_keys(*keys)

    def focused(self):
        return self.driver.switch_to.active_element.get_attribute("id")

    def tab_to(self, name):
        for _ in range(40):
            self.keys(Keys.TAB)
            if self.focused() == name:
                return
        raise AssertionError(f"no way to {name} by keyboard")

    def style(self, selector, name):
        return self.find(selector).value_of_css_property(name)

    def check_quiet(self, but=()):
        """Nothing on the console, which is where violations of the policy are reported, but
        refusals by the server that a test provokes."""
        said = [entry["message"] for entry in self.driver.get_log("browser")
                if not any(text in entry["message"] for text in but)]
        assert not said, said
        asked = [entry["message"] for entry in self.driver.get_log("performance")
                 if "Network.requestWillBeSent\"" in entry["message"]]
        foreign = [message for message in asked if f"\"url\":\"{self.base}/" not in message
                   and "\"url\":\"data:" not in message]
        assert asked and not foreign, foreign

    def check_accessible(self):
        """axe finds no violation of WCAG 2.1 AA or of its best practices."""
        violations = Axe().run(self.driver)["violations"]
        assert not violations, [(rule["id"], rule["help"], [node["target"] for node in rule["nodes"]])
                                for rule in violations]

    def check_fits(self):
        width = self.driver.execute_script("return document.documentElement.scrollWidth")
        assert width <= self.size[0], f"{width} wide"

    def screenshot(self, name):
        if self.screenshots is None:
            return
        self.resize(self.driver.execute_script("return document.documentElement.scrollHeight"))
        self.driver.save_screenshot(str(self.screenshots / f"{name}.png"))
        self.resize(self.size[1])

    # The form

    def ready(self):
        self.wait(lambda: self.find("#application").is_displayed())

    def type(self, name, text):
        """Replaces what a field says, and leaves it."""
        field = self.find(f"#feature-{name}")
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(text or Keys.DELETE, Keys.TAB)

    def text(self, selector):
        return self.find(selector).text

    def problem(self, name):
        return self.text(f"#feature-{name}-problem")

    def warning(self, name):
        return self.text(f"#feature-{name}-warning")

    def click(self, selector):
        """Clicks where neither the bar at the top nor the edge is in the way."""
        self.run("arguments[0].scrollIntoView({ block: 'center' })", self.find(selector))
        self.find(selector).click()

    def fill_example(self):
        self.click("#example")

    def score(self):
        self.click("#score")

    def scored(self):
        """Scores, and gives what is shown when it is no longer under way."""
        self.score()
        self.wait(lambda: not self.find("#score").get_attribute("aria-busy"))
        shown = self.all(".percent")
        return shown[0].text if shown else None

    def is_outdated(self):
        """Whether an estimate that is shown is said to be outdated, and looks like it."""
        said = "Outdated" in self.text("#outdated")
        small = float(self.style(".percent", "font-size").removesuffix("px")) < 24
        marked = bool(self.all("#distribution .marker"))
        assert said == small == (not marked), (said, small, marked)
        return said
