"""``python -m cetu``"""

from cetu.cli import main

main()
