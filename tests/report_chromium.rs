//! The HTML report in headless Chromium: it renders at every width, in light and
//! dark, without an error in the console and without scrolling sideways.
//!
//! Without Chromium the test says so and passes, unless `BLACKMASS_CHROMIUM` is
//! `require`, as it is in `.ci/run`.
#![cfg(feature = "scenario")]
#![allow(missing_docs, clippy::disallowed_methods)]

mod report;

use blackmass::report::{sankey, significant};
use report::made;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const WIDTHS: [u32; 4] = [320, 360, 768, 1280];

/// What a page in a frame tells: its width, how far it goes, whether it is dark,
/// how many charts are seen, and how many texts of a chart lie on each other.
const PROBE: &str = r#"<script>
addEventListener("error", e => console.error(e.message));
addEventListener("load", () => setTimeout(() => {
  const root = document.documentElement;
  document.querySelectorAll("details").forEach(d => d.open = true);
  const visible = s => s.getBoundingClientRect().width > 0;
  const charts = [...document.querySelectorAll("svg.chart")].filter(s => !s.closest(".any"));
  const boxes = [...document.querySelectorAll(".sankeys")];
  // As without a script first.
  boxes.forEach(box => box.classList.remove("live"));
  const seen = charts.filter(visible), checked = new Set(), clashes = [];
  const wide = () => charts.filter(s => s.closest(".wide") && visible(s));
  let one = true;
  const check = svg => {
    if (checked.has(svg)) return;
    if (!svg.closest(".any")) checked.add(svg);
    const texts = [...svg.querySelectorAll("text")].map(t => [t, t.getBBox()]);
    for (let i = 0; i < texts.length; i++) for (let j = 0; j < i; j++) {
      const [a, b] = [texts[i][1], texts[j][1]];
      const x = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
      const y = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
      if (x > 2 && y > 4) clashes.push(svg.querySelector("title").textContent + ": " + texts[i][0].textContent + " / " + texts[j][0].textContent);
    }
  };
  seen.forEach(check);
  // The rest of the page is put away: it would be laid out anew for each.
  const [width, scroll] = [innerWidth, root.scrollWidth];
  document.querySelectorAll("section").forEach(s => s.hidden = s.id !== "sankey");
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  // Every choice of material and year shows one diagram of each region.
  const of = what => [...document.querySelectorAll(`input[name$="-${what}"]`)];
  for (const m of of("material")) for (const y of of("year")) {
    m.click(); y.click();
    const now = wide();
    one = one && now.length === boxes.length;
    now.forEach(check);
  }
  // With it every year, in balance as drawn: in a node as much as out of it.
  boxes.forEach(box => box.classList.add("live"));
  document.querySelectorAll(".wide").forEach(f => f.querySelector("details").open = false);
  const years = [], uneven = [];
  const drawn = (svg, told) => {
    const into = {}, out = {};
    const add = (to, name, x) => to[name] = (to[name] || 0) + x;
    for (const path of svg.querySelectorAll("path.flow, path.loop")) {
      const [from, to] = path.textContent.split(": ")[0].split(" to ");
      const numbers = path.getAttribute("d").match(/-?[\d.]+/g).map(Number);
      const thick = path.matches(".loop") ? +path.getAttribute("stroke-width") : numbers.at(-1) - numbers[1];
      add(out, from, thick); add(into, to, thick);
    }
    let rect, stock = 0, count = 0;
    for (const e of svg.querySelector("g").children) {
      const number = key => +e.getAttribute(key);
      if (e.matches("rect.node")) { rect = e; stock = 0; }
      if (e.matches("rect.stored")) stock = number("height") * (number("x") > +rect.getAttribute("x") ? 1 : -1);
      if (!e.matches(".node-name")) continue;
      const [a, b, name] = [into[e.textContent] || 0, out[e.textContent] || 0, e.textContent];
      const height = +rect.getAttribute("height");
      const inner = a - b - stock, both = Math.max(a - Math.min(stock, 0), b + Math.max(stock, 0));
      if (Math.abs(height - Math.max(both, 0.8)) > 0.6 || (a && b && Math.abs(inner) > 0.6)) uneven.push(`${told} ${name}: ${a} ${b} ${stock} ${height}`);
      count += a && b ? 1 : 0;
    }
    return count;
  };
  for (const box of boxes) {
    const slider = box.querySelector("input[type=range]"), svg = box.querySelector(".any svg");
    slider.focus();
    one = one && document.activeElement === slider;
    for (const m of box.querySelectorAll('input[name$="-material"]')) {
      m.click();
      for (let year = +slider.min; year <= +slider.max; year++) {
        if ((width !== 1280 || dark) && year % 15) continue;
        slider.value = year;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        one = one && visible(svg) && !wide().length && box.querySelector("output").textContent == year;
        check(svg);
        const title = svg.querySelector("title").textContent;
        const processes = drawn(svg, title);
        const rows = [...box.querySelectorAll(".any tbody tr")].map(tr => [tr.cells[0].textContent, tr.cells[1].textContent, +tr.querySelector("data").value, tr.cells[2].textContent]);
        years.push({ region: box.querySelector(".any").dataset.region, material: m.value, year, title, processes, rows });
      }
    }
  }
  parent.postMessage({
    width, scroll, dark,
    paper: getComputedStyle(root).backgroundColor,
    charts: seen.length, all: charts.length, checked: checked.size, one, count: clashes.length, clashes: clashes.slice(0, 5), years, uneven: uneven.slice(0, 5)
  }, "*");
}, 0));
</script></body>"#;

fn chromium() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let path = std::env::var_os("PATH")?;
    let all: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().flat_map(|n| all.iter().map(move |p| p.join(n))).find(|p| p.is_file())
}

/// The document after its scripts, and what was written to the console.
fn rendered(program: &Path, place: &Path, page: &str, dark: bool) -> (String, Vec<String>) {
    let scheme = if dark { 0 } else { 1 };
    let output = Command::new(program)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
        .args(["--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom"])
        .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
        .arg(format!("--user-data-dir={}", place.join("profile").display()))
        .arg(format!("file://{}", place.join(page).display()))
        .output()
        .expect("it can be started");
    let told = String::from_utf8_lossy(&output.stderr);
    let console = told.lines().filter(|l| l.contains(":CONSOLE")).map(str::to_owned).collect();
    (String::from_utf8_lossy(&output.stdout).into_owned(), console)
}

/// A page of frames, each as wide as a window, and what they tell.
fn frames(inner: &str) -> String {
    let frame = |w: &u32| {
        format!("<iframe width=\"{w}\" height=\"900\" style=\"border:0\" src=\"{inner}\"></iframe>")
    };
    let frames: String = WIDTHS.iter().map(frame).collect();
    format!(
        "<!DOCTYPE html><html><body><script>addEventListener('message', e => {{\
         const p = document.createElement('pre'); p.textContent = 'PROBE ' + JSON.stringify(e.data);\
         document.body.append(p)}})</script>{frames}</body></html>"
    )
}

#[test]
fn it_renders_at_every_width_in_light_and_dark() {
    let Some(program) = chromium() else {
        let needed = std::env::var("BLACKMASS_CHROMIUM").is_ok_and(|v| v == "require");
        assert!(!needed, "Chromium is not installed: apt-get install chromium");
        eprintln!("\n*** SKIPPED: no Chromium here (apt-get install chromium) ***\n");
        return;
    };
    let place = std::env::temp_dir().join(format!("blackmass-chromium-{}", std::process::id()));
    fs::create_dir_all(&place).expect("a temporary directory");
    let html = made().html.replacen("</body>", PROBE, 1);
    assert_ne!(html, made().html);
    fs::write(place.join("report.html"), html).expect("written");
    fs::write(place.join("frames.html"), frames("report.html")).expect("written");
    let bad = "<p style=\"width:9000px\">x</p><svg class=\"chart\"><title>t</title>\
               <text y=\"20\">one</text><text y=\"22\">two</text></svg>\
               <script>console.error('seen')</script>";
    let bad = format!("<!DOCTYPE html><html><body>{bad}{PROBE}</html>");
    fs::write(place.join("bad.html"), bad).expect("written");
    fs::write(place.join("bad-frames.html"), frames("bad.html")).expect("written");
    for dark in [false, true] {
        let (page, console) = rendered(&program, &place, "frames.html", dark);
        assert!(console.is_empty(), "{console:?}");
        let told = self::told(&page);
        assert_eq!(told.len(), WIDTHS.len());
        for x in told {
            assert!(x["scroll"].as_u64() <= x["width"].as_u64(), "{}", x["width"]);
            assert_eq!(x["dark"].as_bool(), Some(dark));
            assert_eq!(x["paper"] == "rgb(255, 255, 255)", !dark);
            // Of the Sankey diagrams one a region is seen at a time, each at some.
            assert_eq!(x["one"].as_bool(), Some(true), "{}", x["width"]);
            assert!(x["charts"].as_u64() > Some(40), "{}", x["charts"]);
            assert_eq!(x["checked"], x["all"]);
            assert_eq!(x["count"].as_u64(), Some(0), "{}", x["clashes"]);
            assert_eq!(x["uneven"].as_array().map(Vec::len), Some(0), "{}", x["uneven"]);
            let years = x["years"].as_array().expect("years");
            let all = made().outcome.years().skip(1).count();
            let expected = if x["width"] == 1280 && !dark { all } else { 2 };
            assert_eq!(years.len(), 2 * 5 * expected);
            years.iter().for_each(compare);
        }
    }
    // Names of one very long word fit, and hostile ones are no script.
    let name = "</title><script>console.error('seen')</script>]]>".to_owned();
    let name = name + &"Donaudampfschiff".repeat(40);
    let long = report::named(&name).replacen("</body>", PROBE, 1);
    fs::write(place.join("long.html"), long).expect("written");
    fs::write(place.join("long-frames.html"), frames("long.html")).expect("written");
    let (page, console) = rendered(&program, &place, "long-frames.html", false);
    assert!(console.is_empty(), "{console:?}");
    let told = self::told(&page);
    assert_eq!(told.len(), WIDTHS.len());
    assert!(
        told.iter().all(|x| x["scroll"].as_u64() <= x["width"].as_u64()),
        "{}",
        told[0]["scroll"]
    );
    // A page that is too wide and complains would be noticed.
    let (page, console) = rendered(&program, &place, "bad-frames.html", false);
    assert_eq!(console.len(), WIDTHS.len());
    let told = self::told(&page);
    assert!(told.len() == WIDTHS.len() && told.iter().all(|x| x["scroll"].as_u64() > Some(8_000)));
    assert!(told.iter().all(|x| x["count"].as_u64() == Some(1)), "{told:?}");
    let _ = fs::remove_dir_all(&place);
}

/// The table under a diagram of any year beside the flows of the outcome.
fn compare(shown: &serde_json::Value) {
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let (region, material) = (text(&shown["region"]), text(&shown["material"]));
    let year = shown["year"].as_i64().expect("a year") as i32;
    let title = text(&shown["title"]);
    assert!(title.contains(&format!(", {year}, ")), "{title}");
    let wanted = Some(material.as_str()).filter(|m| *m != "total");
    let flows = sankey(&made().outcome, "baseline", &region, wanted, year).expect("flows");
    let mut rows = BTreeMap::new();
    for row in shown["rows"].as_array().expect("rows") {
        *rows.entry((text(&row[0]), text(&row[1]))).or_insert(0.0) += row[2].as_f64().expect("?");
        let exact =
            row[2].as_f64().expect("a number") / if title.ends_with(" kt/yr") { 1e3 } else { 1.0 };
        let shown = text(&row[3]);
        let is_small = shown == "under 0.001" && exact.abs() < 0.0005;
        // Half a digit may go either way.
        let is_told = [1.0 - 1e-12, 1.0 + 1e-12].iter().any(|x| shown == significant(exact * x));
        assert!(is_small || is_told, "{title}: {shown} for {exact}");
    }
    let largest = flows.bands.iter().map(|b| b.value).fold(0.0, f64::max);
    for band in flows.bands.iter().filter(|b| b.value > 1e-6 * largest) {
        let ends = [band.from, band.to].map(|n| flows.nodes[n].name.clone());
        let [from, to] = ends;
        let found = rows.get(&(from, to)).copied().unwrap_or(0.0);
        assert!((found - band.value).abs() <= 5.1e-4 * band.value, "{title}: {band:?}, {found}");
    }
    for node in flows.nodes.iter().filter(|n| n.stock_change.abs() > 1e-6 * largest) {
        let found = rows.get(&(node.name.clone(), "its stock".to_owned())).copied();
        let error = (found.unwrap_or(0.0) - node.stock_change).abs();
        assert!(error <= 5.1e-4 * node.stock_change.abs(), "{title}: {node:?}, {found:?}");
    }
    assert!(shown["processes"].as_u64() >= Some(3), "{title}");
}

fn told(page: &str) -> Vec<serde_json::Value> {
    let unescaped = |text: &str| {
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    };
    page.split("<pre>PROBE ")
        .skip(1)
        .filter_map(|rest| rest.split("</pre>").next())
        .map(|text| serde_json::from_str(&unescaped(text)).expect("JSON"))
        .collect()
}
