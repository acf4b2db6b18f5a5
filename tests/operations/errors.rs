//! What the builder refuses of operations.

use super::{Decay, Picky, scrap};
use blackmass::system::{Block, Operation, Port, Values, var};
use blackmass::{ErrorKind, SystemBuilder};
use std::sync::Arc;

/// Says what it is told to say.
#[derive(Debug)]
struct Says {
    inputs: Vec<Port>,
    outputs: Vec<Port>,
}

impl Operation for Says {
    fn inputs(&self) -> Vec<Port> {
        self.inputs.clone()
    }
    fn outputs(&self) -> Vec<Port> {
        assert!(!self.outputs.iter().any(|port| port.name() == "panic"), "no such port");
        self.outputs.clone()
    }
    fn run(&self, _: &mut Block) -> Result<(), String> {
        Ok(())
    }
}

fn ports(names: &[&str]) -> Vec<Port> {
    names.iter().map(|name| Port::new(name)).collect()
}

fn says(inputs: &[&str], outputs: &[&str]) -> Arc<Says> {
    Arc::new(Says { inputs: ports(inputs), outputs: ports(outputs) })
}

fn refused(b: SystemBuilder, words: &[&str]) {
    let error = b.build().expect_err("this system is wrong");
    assert_eq!(error.kind(), ErrorKind::System);
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
    let messages: Vec<&str> = error.diagnostics().iter().map(|d| d.message()).collect();
    assert_eq!(messages.len(), 1, "one problem, said once:\n{text}");
}

#[test]
fn names_and_numbers_of_ports_are_checked() {
    let ten: Vec<String> = (0..11).map(|i| format!("y{i}")).collect();
    let eleven: Vec<&str> = ten.iter().map(String::as_str).collect();
    let cases: [(Arc<Says>, &[&str]); 6] = [
        (says(&["a", "b"], &["y"]), &["one expression per input", "1 expressions", "2: a, b"]),
        (says(&["a"], &[]), &["number of outputs", "found    0"]),
        (says(&["a"], &eleven), &["number of outputs", "found    11", "1 to 10"]),
        (says(&["a"], &["y", "y"]), &["names an output twice", "found    y"]),
        (says(&["a"], &["panic"]), &["cannot be asked", "panicked: no such port"]),
        (says(&[], &["y"]), &["one expression per input", "found    1", "allowed  0"]),
    ];
    for (operation, words) in cases {
        let mut b = scrap();
        b.operation("mine", operation, ["scrap"]);
        refused(b, &[words, &["mine"]].concat());
    }
    let mut b = scrap();
    b.operation("mine", says(&["a", "a"], &["y"]), ["scrap", "scrap"]);
    refused(b, &["names an input twice"]);
}

#[test]
fn dimensions_of_ports_are_checked() {
    let over = |names: &[&str]| {
        let inputs = vec![Port::new("a").over(names)];
        Arc::new(Says { inputs, outputs: ports(&["y", "z"]) })
    };
    let cases: [(&[&str], &[&str]); 3] = [
        (&["metals"], &["unknown dimension", "mine", "metal"]),
        (&["metal"], &["do not match the input `a`", "[metal, region, time]", "[metal, time]"]),
        (&["metal", "region", "metal"], &["named twice", "mine"]),
    ];
    for (names, words) in cases {
        let mut b = scrap();
        b.operation("mine", over(names), ["scrap"]);
        refused(b, words);
    }
    let mut b = scrap();
    b.operation("gate", Arc::new(Picky { limit: 1.0, panics: false }), ["scrap"]);
    refused(b, &["do not match the input `x`", "gate", "[metal, region, time]"]);
}

#[test]
fn unknown_duplicate_and_circular_names_are_found() {
    let decay = || Arc::new(Decay { kept: 0.5 });
    let mut b = scrap();
    b.operation("soil", decay(), ["scrap"]).constant("soil.held", &[], 1.0);
    refused(b, &["duplicate variable name", "soil.held"]);
    let mut b = scrap();
    b.operation("soil", decay(), [var("soil.lost") + 1.0]);
    let error = b.build().expect_err("a loop").to_string();
    assert!(error.contains("a loop within one step") && error.contains("soil.lost"), "{error}");
    let mut b = scrap();
    b.operation("soil", decay(), ["srcap"]);
    let error = b.build().expect_err("unknown").to_string();
    assert!(error.contains("did you mean `scrap`"), "{error}");
}

#[test]
fn an_operation_too_large_for_memory_is_refused() {
    let mut b = scrap();
    b.dimension("cell", (0..100_001).map(|i| i.to_string()));
    let inputs = vec![Port::new("a").over(&["metal"])];
    let outputs = vec![Port::new("y").over(&["cell"])];
    b.constant("x", &["metal"], Values::One(1.0));
    b.operation("mine", Arc::new(Says { inputs, outputs }), ["x"]);
    refused(b, &["an array is too large", "mine"]);
}
