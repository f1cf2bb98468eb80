#: json
# ---- JSON -----------------------------------------------------------------------------------------------------------

# What awk has to know of it: where the values of an object's own keys stand, and what a string says.
json_awk='
    function skip(s, i) {
        while (i <= length(s) && index(" \t\r\n", substr(s, i, 1))) i++
        return i
    }
    function past(s, i,    c, depth) {
        c = substr(s, i, 1)
        if (c == "\"") {
            for (i++; i <= length(s); i++) {
                c = substr(s, i, 1)
                if (c == "\\") i++
                else if (c == "\"") return i + 1
            }
            return 0
        }
        if (c != "{" && c != "[") {
            while (i <= length(s) && !index(",}] \t\r\n", substr(s, i, 1))) i++
            return i
        }
        while (i <= length(s)) {
            c = substr(s, i, 1)
            if (c == "\"") {
                i = past(s, i)
                if (!i) return 0
                continue
            }
            if (c == "{" || c == "[") depth++
            if (c == "}" || c == "]") depth--
            i++
            if (!depth) return i
        }
        return 0
    }
    function read_object(s,    i, e) {
        count = 0
        i = skip(s, 1)
        if (substr(s, i, 1) != "{") return 0
        brace = i
        i = skip(s, i + 1)
        while (substr(s, i, 1) != "}") {
            if (count) {
                if (substr(s, i, 1) != ",") return 0
                i = skip(s, i + 1)
            }
            e = past(s, i)
            if (substr(s, i, 1) != "\"" || !e) return 0
            count++
            begin[count] = i
            key[count] = substr(s, i + 1, e - i - 2)
            i = skip(s, e)
            if (substr(s, i, 1) != ":") return 0
            i = skip(s, i + 1)
            from[count] = i
            e = past(s, i)
            if (e <= i) return 0
            to[count] = e
            i = skip(s, e)
        }
        return i
    }
    function hexadecimal(s,    i, n) {
        for (i = 1; i <= 4; i++) n = n * 16 + index("0123456789abcdef", tolower(substr(s, i, 1))) - 1
        return n
    }
    function utf8(n) {
        if (n < 128) return sprintf("%c", n ? n : 63)
        if (n < 2048) return sprintf("%c%c", 192 + int(n / 64), 128 + n % 64)
        if (n < 65536) return sprintf("%c%c%c", 224 + int(n / 4096), 128 + int(n / 64) % 64, 128 + n % 64)
        return sprintf("%c%c%c%c", 240 + int(n / 262144), 128 + int(n / 4096) % 64, 128 + int(n / 64) % 64, 128 + n % 64)
    }
    function decode(s,    i, c, n, said) {
        while ((i = index(s, "\\"))) {
            said = said substr(s, 1, i - 1)
            c = substr(s, i + 1, 1)
            s = substr(s, i + 2)
            if (c == "n") c = "\n"
            else if (c == "t") c = "\t"
            else if (c == "r") c = "\r"
            else if (c == "b") c = "\b"
            else if (c == "f") c = "\f"
            else if (c == "u") {
                n = hexadecimal(s)
                s = substr(s, 5)
                if (n >= 55296 && n < 56320 && substr(s, 1, 2) == "\\u") {
                    n = 65536 + (n - 55296) * 1024 + hexadecimal(substr(s, 3)) - 56320
                    s = substr(s, 7)
                }
                c = utf8(n)
            }
            said = said c
        }
        return said s
    }
    function slurp(file,    line, text) {
        while ((getline line <file) > 0) text = text line "\n"
        close(file)
        return text
    }
'

# Prints the value of a key of the object in a file; nothing for null, and where there is none.
json_get() {
    LC_ALL=C awk "$json_awk"'
        BEGIN {
            s = slurp(ARGV[1])
            if (!read_object(s)) exit
            for (i = 1; i <= count; i++) if (key[i] == ARGV[2]) found = substr(s, from[i], to[i] - from[i])
            if (substr(found, 1, 1) == "\"") print decode(substr(found, 2, length(found) - 2))
            else if (found != "null" && found != "") print found
        }' "$1" "$2"
}

#: json-set json
# Sets keys of the object in a file (KEY VALUE, the value as JSON): every other byte stays, and missing ones come last.
json_set() {
    json_file=$1
    shift
    json_new=$(mktemp "$(dirname "$json_file")/.tandem.XXXXXX")
    cp -p "$json_file" "$json_new"
    has_end=yes
    [ -z "$(tail -c 1 "$json_file")" ] || has_end=no
    LC_ALL=C has_end=$has_end awk "$json_awk"'
        BEGIN {
            s = slurp(ARGV[1])
            for (a = 2; a < ARGC; a += 2) {
                if (!read_object(s)) exit 1
                place = 0
                for (i = 1; i <= count; i++) if (key[i] == ARGV[a]) place = i
                if (place) {
                    s = substr(s, 1, from[place] - 1) ARGV[a + 1] substr(s, to[place])
                    continue
                }
                if (!count) {
                    s = substr(s, 1, brace) "\n  \"" ARGV[a] "\": " ARGV[a + 1] "\n" substr(s, skip(s, brace + 1))
                    continue
                }
                previous = brace
                if (count > 1) previous = to[count - 1] + index(substr(s, to[count - 1]), ",") - 1
                gap = substr(s, previous + 1, begin[count] - previous - 1)
                if (count == 1 && gap == "") gap = " "
                colon = substr(s, begin[count] + length(key[count]) + 2, from[count] - begin[count] - length(key[count]) - 2)
                sub(/^[^:]*:/, "", colon)
                s = substr(s, 1, to[count] - 1) "," gap "\"" ARGV[a] "\":" colon ARGV[a + 1] substr(s, to[count])
            }
            if (ENVIRON["has_end"] == "no") s = substr(s, 1, length(s) - 1)
            printf "%s", s
        }' "$json_file" "$@" >"$json_new" || {
        rm -f "$json_new"
        fail "$json_file is no JSON object; mend it first"
    }
    mv "$json_new" "$json_file"
}

#: json-message json
# Takes the object out of a message, and writes it with an indent of two.
take_json() {
    LC_ALL=C awk "$json_awk"'
        function pad(n,    s) {
            while (n-- > 0) s = s "  "
            return s
        }
        { s = s $0 "\n" }
        END {
            start = index(s, "{")
            end = start ? past(s, start) : 0
            if (!end || !read_object(substr(s, start, end - start))) exit 1
            for (i = start; i < end; ) {
                c = substr(s, i, 1)
                if (c == "\"") {
                    e = past(s, i)
                    said = said substr(s, i, e - i)
                    i = e
                    continue
                }
                if (c == "{" || c == "[") {
                    e = skip(s, i + 1)
                    if (index("}]", substr(s, e, 1))) {
                        said = said c substr(s, e, 1)
                        i = e + 1
                        continue
                    }
                    said = said c "\n" pad(++depth)
                } else if (c == "}" || c == "]") said = said "\n" pad(--depth) c
                else if (c == ",") said = said ",\n" pad(depth)
                else if (c == ":") said = said ": "
                else if (!index(" \t\r\n", c)) said = said c
                i++
            }
            print said
        }'
}
