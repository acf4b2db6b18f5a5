//! `run --formats`: further files, each whole, in agreement with `outcome.csv`.

use crate::bed::{Place, TOY, blackmass, done, fails, names, read, text};
use crate::python;
use std::fs;
use std::path::Path;

const ALL: [&str; 10] = [
    "draws.npy",
    "draws_index.csv",
    "experiments.csv",
    "figures",
    "iamc.csv",
    "manifest.json",
    "outcome.csv",
    "outcomes.csv",
    "report.html",
    "sankey.csv",
];

fn run<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["run", TOY, "--draws", "400", "--seed", "7", "--out", out], more].concat()
}

#[test]
fn each_format_is_written_and_nothing_else() {
    let place = Place::new("formats-each");
    let plain = place.path("plain");
    let printed = done(&run(&plain, &[]));
    for (format, own) in [
        ("figures", &["figures"][..]),
        ("iamc", &["iamc.csv"]),
        ("draws", &["draws.npy", "draws_index.csv"]),
        ("sankey", &["sankey.csv"]),
        ("experiments", &["experiments.csv", "outcomes.csv"]),
        ("iamc,sankey", &["iamc.csv", "sankey.csv"]),
        ("all", &ALL),
        ("iamc,all,iamc", &ALL),
    ] {
        let out = place.path(format);
        assert_eq!(done(&run(&out, &["--formats", format])), printed, "{format}");
        let mut expected = [&["manifest.json", "outcome.csv", "report.html"], own].concat();
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(names(&out), expected, "{format}");
        assert_eq!(read(&out, "outcome.csv"), read(&plain, "outcome.csv"), "{format}");
        // The manifest lists all files but itself; none is empty.
        let manifest: serde_json::Value =
            serde_json::from_str(&read(&out, "manifest.json")).expect("JSON");
        let mut listed: Vec<String> = manifest["files"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|name| name.as_str().expect("a name").to_owned())
            .collect();
        listed.push("manifest.json".to_owned());
        let mut found = names(&out);
        found.retain(|name| name != "figures");
        if own.contains(&"figures") {
            let below = names(&format!("{out}/figures"));
            assert!(below.len() > 8, "{below:?}");
            found.extend(below.into_iter().map(|name| format!("figures/{name}")));
        }
        listed.sort();
        found.sort();
        assert_eq!(listed, found, "{format}");
        for name in &found {
            let size = fs::metadata(Path::new(&out).join(name)).expect("there").len();
            assert!(size > 100, "{name} has {size} bytes");
        }
    }
}

#[test]
fn figures_are_the_charts_of_the_report() {
    let place = Place::new("formats-figures");
    let out = place.path("out");
    done(&run(&out, &["--formats", "figures"]));
    let html = read(&out, "report.html");
    let folder = format!("{out}/figures");
    let files = names(&folder);
    // But for what the script draws.
    let drawn = html.matches("<figure class=\"any\"").count();
    let charts = html.matches("<svg class=\"chart\"").count() - drawn;
    assert!(charts > 0 && files.len() >= charts, "{charts} {}", files.len());
    for name in &files {
        let svg = read(&folder, name);
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"), "{name}");
        assert!(svg.contains("xmlns=\"http://www.w3.org/2000/svg\""), "{name}");
    }
}

#[test]
fn experiments_are_a_design_with_the_same_outcome() {
    let place = Place::new("formats-experiments");
    let [out, again] = ["out", "again"].map(|name| place.path(name));
    done(&run(&out, &["--formats", "experiments"]));
    let design = format!("samples={out}/experiments.csv");
    done(&run(&again, &["--design", &design, "--formats", "experiments"]));
    for name in ["outcome.csv", "outcomes.csv", "experiments.csv"] {
        assert_eq!(read(&out, name), read(&again, name), "{name}");
    }
}

#[test]
fn python_finds_the_outcome_in_every_format() {
    let Some(python) = python::with_pandas() else { return };
    let place = Place::new("formats-python");
    let out = place.path("out");
    done(&run(&out, &["--formats", "all", "--sensitivity"]));
    python::run(&python, "tests/command/read_formats.py", Path::new(&out));
}

#[test]
fn bad_formats_are_refused_before_the_run() {
    let place = Place::new("formats-bad");
    let out = place.path("out");
    let several = ["figures, iamc, draws, sankey, experiments, all"];
    fails(2, &run(&out, &["--formats", "csv"]), &several);
    fails(2, &run(&out, &["--formats", ""]), &several);
    fails(2, &run(&out, &["--formats", "iamc,,draws"]), &several);
    fails(2, &["run", TOY, "--formats", "iamc"], &["--out"]);
    fails(2, &["merge", &out, "--formats", "iamc"], &["--out"]);
    let told = ["--formats", "found", "allowed", "fix"];
    let shard = run(&out, &["--formats", "iamc", "--shard", "1/1"]);
    fails(2, &shard, &[&told[..], &["blackmass merge"]].concat());
    for format in ["figures", "iamc", "sankey"] {
        let oat = run(&out, &["--design", "oat", "--formats", format]);
        fails(2, &oat, &[&told[..], &[format, "draws, experiments"]].concat());
    }
    assert!(!Path::new(&out).exists());
    // One at a time there are draws, and nothing else.
    done(&["run", TOY, "--design", "oat", "--formats", "all", "--out", &out]);
    let left = [
        "draws.npy",
        "draws_index.csv",
        "experiments.csv",
        "manifest.json",
        "outcomes.csv",
        "points.csv",
    ];
    assert_eq!(names(&out), left);
}

/// The small scenario with other words for some.
fn toy(words: &[(&str, &str)]) -> String {
    let mut text = fs::read_to_string(TOY).expect("readable");
    for (from, to) in words {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text
}

/// An observation; it does not end the file.
const SEEN: &str = "[[observation]]\nseries = \"recovered\"\nmaterial = \"copper\"\nyear = 2023\n\
                    value = 0.2\nunit = \"kt/yr\"\nsd = 0.1\nsource = \"paper\"\ngrade = \"B\"\n\n\
                    [policy.baseline]";

#[test]
fn what_is_kept_of_a_draw_is_counted_before_the_run() {
    let place = Place::new("formats-count");
    let whole = ("report = 2021", "report = 2020");
    let seen = place.file("seen.toml", toy(&[whole, ("[policy.baseline]", SEEN)]));
    let plain = place.file("plain.toml", toy(&[whole]));
    // One input more than can be had of a million draws; two share a stream.
    let fixed = "[intensity_factor.copper]\nvalue = 1\nprior = \"fixed\"\n";
    let varied =
        place.file("varied.toml", toy(&[(fixed, "[intensity_factor.copper]\nvalue = 1\n")]));
    let few: &[&str] = &["--draws", "400"];
    let many: &[&str] = &["--draws", "1000000"];
    let points = |levels: &'static str, names: &[&'static str]| {
        let names = names.iter().flat_map(|name| ["--vary", *name]);
        let design = ["--design", "factorial", "--levels", levels];
        design.into_iter().chain(names).collect::<Vec<&str>>()
    };
    let names = [
        "toy.cells.scrap.start",
        "toy.cells.scrap.mature",
        "toy.cells.scrap.time",
        "toy.cells.scrap.collected",
        "toy.refining.utilisation",
        "toy.refining.realisation",
    ];
    let four = points("0.2,0.8", &names[..2]);
    let million = points("0.05,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9", &names);
    for (scenario, few, many, format, file) in [
        (&seen, few, many, "draws", "outcomes.csv"),
        (&seen, few, many, "all", "outcomes.csv"),
        (&plain, &four, &million, "draws", "outcomes.csv"),
        (&plain, &four, &million, "experiments", "outcomes.csv"),
        (&varied, few, many, "experiments", "experiments.csv"),
    ] {
        let out = place.path("out");
        let run = |draws: &[&'static str]| {
            let mut all = vec!["run", scenario, "--out", &out, "--formats", format];
            all.extend(draws);
            blackmass(&all)
        };
        let output = run(many);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(!Path::new(&out).exists(), "{scenario} {format}");
        // As many as a run with fewer draws writes.
        let mut fewer = vec!["run", scenario, "--out", &out, "--formats", "draws,experiments"];
        fewer.extend(few);
        done(&fewer);
        let table = read(&out, file);
        let (mut quoted, mut numbers) = (false, 1);
        for c in table.lines().next().expect("a heading").chars() {
            quoted ^= c == '"';
            numbers += usize::from(c == ',' && !quoted);
        }
        let most = (1 << 26) / numbers;
        let said = format!("at most {most} draws with {numbers} numbers each");
        assert!(message.contains(&said), "{scenario} {format}: `{said}` is not in:\n{message}");
        fs::remove_dir_all(&out).expect("writable");
    }
}

/// The mean of what enters the making of lithium cells, as `outcome.csv` has it.
fn primary_lithium(out: &str, year: i32) -> String {
    let start = "baseline,toy,primary_demand,,,lithium,";
    let line = format!("{start}{year},t/yr,");
    let table = read(out, "outcome.csv");
    let found = table.lines().find_map(|l| l.strip_prefix(&line)).expect("reported");
    found.split(',').next().expect("a mean").to_owned()
}

#[test]
fn flows_are_of_a_year_that_has_one_before_it() {
    let place = Place::new("formats-year");
    let later = [
        ("2020", "2038"),
        ("2021", "2039"),
        ("2022", "2040"),
        ("2023", "2041"),
        ("2024", "2042"),
        ("2029", "2047"),
    ];
    for (name, words, year) in [
        // The last, 2040, and the next if 2040 is the first reported.
        ("last", &[("report = 2021", "report = 2023")][..], 2024),
        ("middle", &later, 2040),
        ("first", &[("202", "204"), ("report = 2041", "report = 2040")], 2041),
    ] {
        let scenario = place.file(&format!("{name}.toml"), toy(words));
        for format in ["sankey", "all"] {
            let out = place.path(&format!("{name}-{format}"));
            done(&["run", &scenario, "--draws", "50", "--formats", format, "--out", &out]);
            let link = "toy: Primary supply,toy: Making of cells,lithium,";
            let flows = read(&out, "sankey.csv");
            let found = flows.lines().find_map(|l| l.strip_prefix(link)).expect("a flow");
            assert_eq!(found, primary_lithium(&out, year), "{name} {format}");
        }
    }
    // One year has no changes of stocks.
    let one = place.file("one.toml", toy(&[("report = 2021", "report = 2024")]));
    let out = place.path("one");
    let run = |formats| ["run", &one, "--draws", "50", "--formats", formats, "--out", &out];
    let told = ["--formats", "found", "sankey of one", "allowed", "two reported years", "fix"];
    fails(2, &run("sankey"), &told);
    fails(2, &run("all,sankey"), &told);
    assert!(!Path::new(&out).exists());
    done(&run("all"));
    let left: Vec<&str> = ALL.into_iter().filter(|name| *name != "sankey.csv").collect();
    assert_eq!(names(&out), left);
}

#[test]
fn all_has_no_flows_where_nothing_flows() {
    let place = Place::new("formats-nothing");
    let nothing = [
        ("[[2020, 10], [2021, 20]]", "[[2020, 0], [2021, 0]]"),
        ("[[2024, 50]]", "[[2024, 0]]"),
        ("[[2020, 3.5], [2024, 3.1]]", "[[2020, 0], [2024, 0]]"),
        ("[[2020, 0.5], [2024, 2.5]]", "[[2020, 0], [2024, 0]]"),
        ("[[2020, 0.4], [2024, 3.4]]", "[[2020, 0], [2024, 0]]"),
        ("[[2024, 250]]", "[[2024, 0]]"),
        ("[[2024, 150]]", "[[2024, 0]]"),
    ];
    let nothing = place.file("nothing.toml", toy(&nothing));
    let [out, other] = ["out", "other"].map(|name| place.path(name));
    done(&["run", &nothing, "--draws", "50", "--formats", "all", "--out", &out]);
    let left: Vec<&str> = ALL.into_iter().filter(|name| *name != "sankey.csv").collect();
    assert_eq!(names(&out), left);
    let asked = ["run", &nothing, "--draws", "50", "--formats", "sankey", "--out", &other];
    fails(3, &asked, &["no flows", "found", "zero in 2024", "allowed", "fix"]);
}

#[test]
fn the_report_does_not_tell_where_it_was_written() {
    let place = Place::new("formats-where");
    let out = place.path("out");
    done(&run(&out, &["--formats", "figures,iamc"]));
    let html = read(&out, "report.html");
    assert!(html.contains("--seed 7 --formats figures,iamc --out DIR"));
    for file in ["report.html", "manifest.json", "iamc.csv", "outcome.csv"] {
        assert!(!read(&out, file).contains("formats-where"), "{file}");
    }
}

#[test]
fn files_of_an_earlier_run_are_replaced_as_a_whole() {
    let place = Place::new("formats-force");
    let out = place.path("out");
    done(&run(&out, &["--formats", "all", "--sensitivity"]));
    let figures = format!("{out}/figures");
    assert!(names(&figures).iter().any(|name| name.starts_with("ranks-")));
    fails(2, &run(&out, &["--formats", "figures"]), &["--out", "--force"]);
    // Fewer charts, no other format: what is not made anew is gone.
    done(&run(&out, &["--formats", "figures", "--force"]));
    assert_eq!(names(&out), ["figures", "manifest.json", "outcome.csv", "report.html"]);
    assert!(!names(&figures).iter().any(|name| name.starts_with("ranks-")));
    // What a killed process left is gone too.
    fs::write(format!("{figures}/.fan-toy.svg.77-0.tmp"), "half").expect("writable");
    fs::write(format!("{out}/.iamc.csv.77-0.tmp"), "half").expect("writable");
    done(&run(&out, &["--force"]));
    assert_eq!(names(&out), ["manifest.json", "outcome.csv", "report.html"]);
}

#[test]
fn a_folder_of_charts_of_others_is_left_alone() {
    let place = Place::new("formats-others");
    let out = place.path("out");
    for name in ["thesis.png", "Mine.svg", "below/fan.svg"] {
        let file = format!("{out}/figures/{name}");
        fs::create_dir_all(Path::new(&file).parent().expect("a folder")).expect("writable");
        fs::write(&file, "mine").expect("writable");
        for more in [&["--force"][..], &["--formats", "figures"], &[]] {
            let part = name.split('/').next().expect("a part");
            fails(2, &run(&out, more), &["--out", part, "choose another folder"]);
        }
        assert_eq!(names(&out), ["figures"]);
        fs::remove_dir_all(&out).expect("writable");
    }
    // A file where the folder would be.
    fs::create_dir_all(&out).expect("writable");
    fs::write(format!("{out}/figures"), "mine").expect("writable");
    fails(2, &run(&out, &["--formats", "figures"]), &["figures", "choose another folder"]);
    // A link to a folder elsewhere is not followed.
    #[cfg(unix)]
    {
        fs::remove_file(format!("{out}/figures")).expect("writable");
        let other = place.path("other");
        fs::create_dir(&other).expect("writable");
        fs::write(format!("{other}/a.svg"), "mine").expect("writable");
        std::os::unix::fs::symlink(&other, format!("{out}/figures")).expect("a link");
        for more in [&["--force"][..], &["--formats", "figures", "--force"]] {
            fails(2, &run(&out, more), &["figures", "choose another folder"]);
        }
        assert_eq!(names(&other), ["a.svg"]);
    }
}

/// A full disk, as the size of files is limited.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_no_format_half_written() {
    let place = Place::new("formats-full");
    let limited = |out: &str, blocks: u32, more: &[&str]| {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let output = std::process::Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_blackmass")])
            .args(run(out, &[&["--formats", "all"], more].concat()))
            .output()
            .expect("it starts");
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{message}");
        assert!(message.contains("found") && message.contains("fix"), "{message}");
    };
    let out = place.path("out");
    done(&run(&out, &["--formats", "all"]));
    let all = |out: &str| -> Vec<(String, Vec<u8>)> {
        let mut files = names(out);
        let below = names(&format!("{out}/figures"));
        files.retain(|name| name != "figures");
        files.extend(below.into_iter().map(|name| format!("figures/{name}")));
        let read = |name: String| {
            let bytes = fs::read(Path::new(out).join(&name)).expect("readable");
            (name, bytes)
        };
        files.into_iter().map(read).collect()
    };
    let before = all(&out);
    // Enough for charts and small files, not for the larger ones.
    for blocks in [4, 40, 200] {
        limited(&out, blocks, &["--force", "--prior-scale", "0.5"]);
        let (after, names) = (all(&out), |all: &[(String, Vec<u8>)]| {
            all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
        });
        let kept: Vec<_> =
            after.iter().filter(|(n, _)| !n.ends_with(".checkpoint")).cloned().collect();
        assert_eq!(names(&kept), names(&before), "{blocks}");
        assert!(kept == before, "a file has changed with {blocks} blocks");
    }
    // No folder of charts stays of what was not there before.
    let new = place.path("new");
    limited(&new, 40, &[]);
    let left = if Path::new(&new).exists() { names(&new) } else { Vec::new() };
    assert!(left.iter().all(|name| name.ends_with(".checkpoint")), "{left:?}");
}

#[test]
fn help_and_completions_know_the_options() {
    let help = done(&["run", "--help"]);
    for word in ["--sensitivity", "--formats <LIST>", "experiments:", "sankey.csv"] {
        assert!(help.contains(word), "{word}");
    }
    assert!(!help.contains("year before"), "{help}");
    assert!(done(&["merge", "--help"]).contains("--formats"));
    for shell in ["bash", "zsh", "fish"] {
        let script = done(&["completions", shell]);
        assert!(script.contains("sensitivity") && script.contains("experiments"), "{shell}");
    }
}
