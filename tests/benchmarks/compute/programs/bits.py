"""Bit operations: a checksum, a random generator, counting bits, and packing fields."""


def make_crc_table():
    table = []
    for i in range(256):
        crc = i
        for _ in range(8):
            crc = 0xEDB88320 ^ (crc >> 1) if crc & 1 else crc >> 1
        table.append(crc)
    return table


CRC_TABLE = make_crc_table()


def crc32(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def xorshift(state):
    state ^= (state << 13) & 0xFFFFFFFF
    state ^= state >> 17
    return state ^ (state << 5) & 0xFFFFFFFF


def count_bits(n):
    count = 0
    while n:
        n &= n - 1
        count += 1
    return count


def pack(red, green, blue):
    return red << 16 | green << 8 | blue


def unpack(color):
    return color >> 16 & 0xFF, color >> 8 & 0xFF, color & 0xFF


def run(size):
    parts, state, bits, total = bytearray(), 2463534242, 0, 0
    for i in range(1, size + 1):
        state = xorshift(state)
        bits += count_bits(state)
        parts.append(state & 0x7F)
        red, green, blue = unpack(pack(i & 0xFF, i >> 3 & 0xFF, ~i & 0xFF))
        total += red - green + blue
    return crc32(parts) + bits + total
