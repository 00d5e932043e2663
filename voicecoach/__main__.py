"""`python -m voicecoach`: the same as the command."""

from voicecoach.cli import main

if __name__ == "__main__":
    main()
