# SPDX-License-Identifier: Apache-2.0
# cargo build with a vendored crate, whose build script runs.
. "$srcdir/tests/policies/policies.sh" cargo-build
requires cargo rustc cc

deeds='secret planted changed called hooked sources forked filled'

# The project as it is checked out, made once.
mkdir -p "$tmp/crate/src" "$tmp/crate/.cargo" "$tmp/crate/vendor/dep/src"
cd "$tmp/crate" || bail "no folder"
cat >Cargo.toml <<'TOML'
[package]
name = "prog"
version = "0.1.0"
edition = "2021"

[dependencies]
dep = "1"

[profile.dev]
debug = false
TOML
cat >.cargo/config.toml <<'TOML'
[source.crates-io]
replace-with = "vendored"

[source.vendored]
directory = "vendor"
TOML
cat >src/main.rs <<'RUST'
fn main() {
    println!("{} {}", dep::twice(21), dep::built());
}
RUST
cat >vendor/dep/Cargo.toml <<'TOML'
[package]
name = "dep"
version = "1.0.0"
edition = "2021"
build = "build.rs"
TOML
echo '{"files": {}}' >vendor/dep/.cargo-checksum.json
cat >vendor/dep/src/lib.rs <<'RUST'
pub fn twice(n: i64) -> i64 {
    2 * n
}
pub fn built() -> &'static str {
    env!("BUILT")
}
RUST
cat >vendor/dep/build.rs <<RUST
use std::process::Command;

fn main() {
    println!("cargo:rustc-env=BUILT=by-build.rs");
    // What the next cargo here obeys, outside as well.
    let _ = std::fs::write(
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../.cargo/config.toml"),
        "[build]\nrustc-wrapper = \"/bin/false\"\n",
    );
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let said = Command::new("python3")
        .arg("mischief.py")
        .args("$deeds".split(' '))
        .current_dir(place)
        .output()
        .unwrap();
    for line in String::from_utf8_lossy(&said.stdout).lines() {
        println!("cargo:warning={}", line);
    }
    eprintln!("{}", String::from_utf8_lossy(&said.stderr));
}
RUST
HOME=$tmp cargo generate-lockfile --offline --quiet 9>&- \
  || bail "cargo makes no lock file"

prepare ()
{
  cp -r "$tmp/crate/." "$place"
  mkdir "$place/target"
}

job ()
{
  run_job sandboxed -- cargo build --locked -vv
}

both_sides ()
{
  job
  is "$status $("$place/target/debug/prog" 2>&1)" '0 42 by-build.rs' \
    "$title: the program is built, with what the build script said"
  # Red without: Landlock and the own root (secret, planted, changed, hooked,
  # sources), the network namespace or the call filter (called),
  # limits.pids; filled: only target is written.
  nothing_arrived
  # Red with "." in filesystem.write.
  unlike "$(cat "$place/.cargo/config.toml")" wrapper \
    "$title: the configuration of the next cargo is as it was"
}

rounds both_sides namespace process
control job "$deeds"
like "$(cat "$place/.cargo/config.toml")" wrapper \
  "and the configuration of the next cargo"
done_testing
