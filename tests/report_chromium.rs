//! The HTML report in headless Chromium: it renders at every width, in light and
//! dark, without an error in the console and without scrolling sideways.
//!
//! Without Chromium the test says so and passes, unless `BLACKMASS_CHROMIUM` is
//! `require`, as it is in `.ci/run`.
#![cfg(feature = "scenario")]
#![allow(missing_docs, clippy::disallowed_methods)]

mod report;

use report::made;
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
  const charts = [...document.querySelectorAll("svg.chart")];
  const seen = charts.filter(visible), checked = new Set(), clashes = [];
  const wide = () => charts.filter(s => s.closest(".wide") && visible(s));
  let one = true;
  const check = svg => {
    if (checked.has(svg)) return;
    checked.add(svg);
    const texts = [...svg.querySelectorAll("text")].map(t => [t, t.getBBox()]);
    for (let i = 0; i < texts.length; i++) for (let j = 0; j < i; j++) {
      const [a, b] = [texts[i][1], texts[j][1]];
      const x = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
      const y = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
      if (x > 2 && y > 4) clashes.push(svg.querySelector("title").textContent + ": " + texts[i][0].textContent + " / " + texts[j][0].textContent);
    }
  };
  seen.forEach(check);
  // Every choice of material and year shows one diagram of each region.
  const of = what => [...document.querySelectorAll(`input[name$="-${what}"]`)];
  for (const m of of("material")) for (const y of of("year")) {
    m.click(); y.click();
    const now = wide();
    one = one && now.length === document.querySelectorAll(".sankeys").length;
    now.forEach(check);
  }
  parent.postMessage({
    width: innerWidth, scroll: root.scrollWidth,
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    paper: getComputedStyle(root).backgroundColor,
    charts: seen.length, all: charts.length, checked: checked.size, one, count: clashes.length, clashes: clashes.slice(0, 5)
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
        let told = told(&page);
        assert_eq!(told.len(), WIDTHS.len(), "{told:?}");
        for x in told {
            assert!(x["scroll"].as_u64() <= x["width"].as_u64(), "{x}");
            assert_eq!(x["dark"].as_bool(), Some(dark));
            assert_eq!(x["paper"] == "rgb(255, 255, 255)", !dark, "{x}");
            // Of the Sankey diagrams one a region is seen at a time, each at some.
            assert_eq!(x["one"].as_bool(), Some(true), "{x}");
            assert!(x["charts"].as_u64() > Some(40), "{x}");
            assert_eq!(x["checked"], x["all"], "{x}");
            assert_eq!(x["count"].as_u64(), Some(0), "{x}");
        }
    }
    // A page that is too wide and complains would be noticed.
    let (page, console) = rendered(&program, &place, "bad-frames.html", false);
    assert_eq!(console.len(), WIDTHS.len());
    let told = told(&page);
    assert!(told.len() == WIDTHS.len() && told.iter().all(|x| x["scroll"].as_u64() > Some(8_000)));
    assert!(told.iter().all(|x| x["count"].as_u64() == Some(1)), "{told:?}");
    let _ = fs::remove_dir_all(&place);
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
