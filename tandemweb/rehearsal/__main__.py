import sys

from tandemweb.rehearsal.playing import main

sys.exit(main(sys.argv[1:]))
