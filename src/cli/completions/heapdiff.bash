# Completions of heapdiff for bash.

# The commands below a command; without a name, all commands.
_heapdiff_commands() {
    case "$1" in
@COMMANDS@
    esac
}

# The options of a command.
_heapdiff_options() {
    case "$1" in
@OPTIONS@
    esac
}

# What an option of a command takes, or, without an option, the command: `list` and words, `files`, `any`; else nothing.
_heapdiff_values() {
    case "$1 $2" in
@VALUES@
    esac
}

# Offers words that begin as $1 does. Of `RULE=LEVEL` the rule comes first.
_heapdiff_offer() {
    local list="$2"
    [[ $1 == *=* ]] || list="$(printf '%s\n' $list | sed 's/=.*/=/' | sort -u)"
    COMPREPLY=($(compgen -W "$list" -- "$1"))
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:] ]] && compopt -o nospace 2>/dev/null
}

_heapdiff_files() {
    local IFS=$'\n'
    COMPREPLY+=($(compgen -f -- "$1"))
    compopt -o filenames 2>/dev/null
}

_heapdiff() {
    # The words as the program gets them: bash divides them at `=` and `:` as well.
    local words=() word glue="" i
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word="${COMP_WORDS[i]}"
        if [[ $i -gt 0 && ( -n $glue || $word == [=:]* ) ]]; then
            words[${#words[@]} - 1]+="$word"
        else
            words+=("$word")
        fi
        glue=""
        [[ $word == *[=:] ]] && glue=1
    done
    local last=$((${#words[@]} - 1)) command="" files=0
    for ((i = 1; i < last; i++)); do
        word="${words[i]}"
        if [[ $word == -* ]]; then
            # The value of an option is the next word.
            [[ $word != *=* && -n "$(_heapdiff_values "$command" "$word")" ]] && ((i++))
        elif [[ $files -eq 0 && " $(_heapdiff_commands "$command") " == *" $word "* ]]; then
            command="${command:+$command }$word"
        else
            ((files++))
        fi
    done
    local current="${words[last]}" value="${words[last]}" takes=""
    if [[ $current == --*=* ]]; then
        takes="$(_heapdiff_values "$command" "${current%%=*}")"
        value="${current#*=}"
    elif [[ $last -gt 1 && ${words[last - 1]} == -* ]]; then
        takes="$(_heapdiff_values "$command" "${words[last - 1]}")"
    fi
    # Bash replaces what stands after the last `=`, `:` or comma alone.
    local own="${COMP_WORDS[COMP_CWORD]}"
    [[ $own == [=:]* ]] && own=""
    local before="${value%"$own"}"
    COMPREPLY=()
    case "$takes" in
        "list "*)
            if [[ $value == *=* && " $takes " != *"="* ]]; then
                _heapdiff_files "${value#*=}"
                before=""
            elif [[ $value == *,* ]]; then
                local list="" name
                for name in ${takes#list }; do list+=" ${value%,*},$name"; done
                _heapdiff_offer "$value" "$list"
            else
                _heapdiff_offer "$value" "${takes#list }"
            fi
            ;;
        files) _heapdiff_files "$value" ;;
        any) ;;
        *)
            takes="$(_heapdiff_values "$command" "")"
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "$(_heapdiff_options "$command")" -- "$current"))
            elif [[ $takes == "list "* ]]; then
                _heapdiff_offer "$value" "${takes#list }"
            else
                [[ $files -eq 0 ]] && COMPREPLY=($(compgen -W "$(_heapdiff_commands "$command")" -- "$current"))
                [[ $takes == files ]] && _heapdiff_files "$value"
            fi
            ;;
    esac
    [[ -n $before ]] && COMPREPLY=("${COMPREPLY[@]#"$before"}")
    return 0
}

complete -F _heapdiff heapdiff
