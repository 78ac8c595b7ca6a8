# SPDX-License-Identifier: Apache-2.0
# bash completion, driven as bash does it.
. "$srcdir/tests/lib.sh"
requires_kavach

script=$srcdir/completions/kavach.bash

# complete_words WORD...: what is offered for the last word, sorted.
complete_words ()
{
  bash -c '
    . "$0"
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _kavach kavach "${COMP_WORDS[COMP_CWORD]}" \
      "${COMP_WORDS[COMP_CWORD > 0 ? COMP_CWORD - 1 : 0]}"
    printf "%s\n" "${COMPREPLY[@]}" | sort' \
    "$script" "$KAVACH" "$@" 2>&1
}

like "$(complete_words ru)" '(^|[[:space:]])run($|[[:space:]])' \
  "a subcommand is completed"
like "$(complete_words run --mem)" '^--memory=?$' "a flag is completed"
is "$(complete_words run -p st)" strict "a preset is completed"
for b in $("$KAVACH" plugin list | awk '$2 == "backend" { print $1 }'); do
  is "$(complete_words run -b "$b")" "$b" "backend $b is completed"
done
is "$(complete_words run --net h)" host "a mode is completed"
like "$(complete_words plugin '')" '(^|[[:space:]])show($|[[:space:]])' \
  "plugin has subcommands"
is "$(complete_words policy ch)" check "policy has subcommands"
cd "$work" && : >some.json
is "$(complete_words policy check so)" some.json "a policy file is completed"
like "$(complete_words policy check --j)" '^--json$' \
  "so is a flag of policy check"
like "$(complete_words run --memory 2G --cp)" '^--cpu$' \
  "the value of a flag is not taken for the command"
like "$(complete_words run -p strict --cp)" '^--cpu$' \
  "neither is the value of a short flag"
like "$(complete_words run -- tru)" '(^|[[:space:]])true($|[[:space:]])' \
  "a command is completed behind --"
unlike "$(complete_words run -- true --mem)" memory \
  "the command's own flags are not kavach's"
is "$(comm -23 <("$KAVACH" --long-options run | sed 's/=$//' | sort) \
        <(complete_words run --))" "" \
  "every flag that the launcher knows is offered"

done_testing
