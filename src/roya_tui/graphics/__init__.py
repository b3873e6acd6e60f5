"""Render cached pictures as colored cells or as the image sequences of a terminal.

Picture files are not trusted and decoders have bugs, so only a process with limited memory and time (`worker`), which
`renderer` starts and ends, imports Pillow. This package uses neither the screen nor the database nor the network.
"""
