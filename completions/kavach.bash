# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# bash completion for kavach(1).  The options come from the launcher itself:
# "kavach --long-options SUBCOMMAND" prints one a line, with "=" at the end of
# those that take a value; without a subcommand, it prints the subcommands.

# Words of the command line that kavach takes: the subcommand in $_kavach_sub,
# the place of the command's first word, or 0, in $_kavach_command.
_kavach_parse ()
{
  local options word i

  _kavach_sub='' _kavach_command=0
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [ -z "$_kavach_sub" ]; then
      case $word in
      -*) ;;
      *)
        _kavach_sub=$word
        options=$'\n'$("${COMP_WORDS[0]}" --long-options "$word" \
                         2>/dev/null)$'\n'
        ;;
      esac
      continue
    fi
    case $_kavach_sub in run | exec) ;; *) continue ;; esac
    case $word in
    --)
      _kavach_command=$((i + 1))
      return
      ;;
    -[pbc]) i=$((i + 1)) ;;
    --*)
      case $options in *$'\n'"$word="$'\n'*) i=$((i + 1)) ;; esac
      ;;
    -*) ;;
    *)
      _kavach_command=$i
      return
      ;;
    esac
  done
}

_kavach ()
{
  local _kavach_sub _kavach_command current=$2 previous=$3 words commands=no

  COMPREPLY=()
  _kavach_parse
  if [ "$_kavach_command" -gt 0 ]; then
    if declare -F _command_offset >/dev/null; then
      _command_offset "$_kavach_command"
    else
      mapfile -t COMPREPLY < <(compgen -c -f -- "$current")
    fi
    return
  fi

  case $previous in
  -p | --policy) words="minimal basic strict agent $(compgen -f -X '!*.json' -- "$current")" ;;
  --net) words='none host' ;;
  -b | --backend)
    words="auto $("${COMP_WORDS[0]}" plugin list 2>/dev/null \
                    | sed -n 's/^\([a-z][a-z0-9-]*\)  *backend .*/\1/p')"
    ;;
  --read | --write | --hide | --cwd | --report | --plugin)
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
    return
    ;;
  *)
    # Without a subcommand: the subcommands.
    words=$("${COMP_WORDS[0]}" --long-options ${_kavach_sub:+"$_kavach_sub"} \
              2>/dev/null)
    words=${words//=/}
    case $_kavach_sub:$previous in
    :*) words+=' --version --help' ;;
    plugin:plugin) words+=' list show' ;;
    policy:policy) words+=' check diff show' ;;
    policy:*)
      if [[ $current != -* ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        compopt -o filenames 2>/dev/null
        return
      fi
      ;;
    run:* | exec:*) [[ $current == -* ]] || commands=yes ;;
    esac
    ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  if [ "$commands" = yes ]; then
    mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -c -- "$current")
  fi
}

complete -F _kavach kavach
