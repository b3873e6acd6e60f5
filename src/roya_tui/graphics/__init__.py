"""Pictures: from the bytes in the cache to coloured cells, or to what a terminal with graphics understands.

A picture's bytes are anybody's, and decoders have bugs: they are decoded in a process of its own (`worker`), bounded in
memory and time, which `artist` starts, asks and ends. Nothing here knows the screen, the store or the network. Only the
worker loads Pillow.
"""
