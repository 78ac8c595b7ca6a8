#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A FUSE file system that takes names for the same whatever their case, as a
folder shared from macOS or Windows does: nocase_fs.py FOLDER MOUNTPOINT.

It shows FOLDER at MOUNTPOINT, and writes "mounted" when it is there.  What a
few lines of shell do with files works, no more.  Speaks to /dev/fuse itself.
"""
import ctypes
import errno
import os
import stat
import struct
import sys

IN = struct.Struct("<IIQQIIII")
ATTR = struct.Struct("<QQQQQQIIIIIIIIII")
SET_MODE, SET_SIZE = 1, 8


class Nocase:
    def __init__(self, folder):
        self.paths = {1: folder}
        self.nodes = {folder: 1}
        self.handlers = {
            1: self.lookup, 3: self.getattr, 4: self.setattr, 9: self.mkdir,
            10: self.unlink, 11: self.rmdir, 12: self.rename, 14: self.open,
            15: self.read, 16: self.write, 17: self.statfs, 18: self.release,
            25: self.nothing, 26: self.init, 27: self.nothing_opened,
            28: self.readdir, 29: self.nothing, 34: self.nothing,
            35: self.create, 45: self.rename2,
        }

    def find(self, node, name):
        folder = self.paths[node]
        for have in os.listdir(folder):
            if have.lower() == name.lower():
                return os.path.join(folder, have)
        return os.path.join(folder, name)

    def attr(self, path):
        s = os.lstat(path)
        return ATTR.pack(s.st_ino, s.st_size, s.st_blocks, int(s.st_atime),
                         int(s.st_mtime), int(s.st_ctime), 0, 0, 0, s.st_mode,
                         s.st_nlink, s.st_uid, s.st_gid, s.st_rdev, 4096, 0)

    def entry(self, path):
        attr = self.attr(path)
        node = self.nodes.setdefault(path, len(self.nodes) + 1)
        self.paths[node] = path
        return struct.pack("<QQQQII", node, 0, 0, 0, 0, 0) + attr

    def lookup(self, node, data):
        return self.entry(self.find(node, data[:-1].decode()))

    def getattr(self, node, data):
        return struct.pack("<QII", 0, 0, 0) + self.attr(self.paths[node])

    def setattr(self, node, data):
        valid, _, _, size = struct.unpack_from("<IIQQ", data)
        mode = struct.unpack_from("<I", data, 68)[0]
        if valid & SET_SIZE:
            os.truncate(self.paths[node], size)
        if valid & SET_MODE:
            os.chmod(self.paths[node], stat.S_IMODE(mode))
        return self.getattr(node, data)

    def mkdir(self, node, data):
        path = self.find(node, data[8:-1].decode())
        os.mkdir(path)
        return self.entry(path)

    def unlink(self, node, data):
        os.unlink(self.find(node, data[:-1].decode()))
        return b""

    def rmdir(self, node, data):
        os.rmdir(self.find(node, data[:-1].decode()))
        return b""

    def move(self, node, target, names):
        old, new = names[:-1].split(b"\0")
        source = self.find(node, old.decode())
        goal = self.find(target, new.decode())
        os.rename(source, goal)
        self.nodes[goal] = self.nodes.pop(source, len(self.nodes) + 99)
        self.paths[self.nodes[goal]] = goal
        return b""

    def rename(self, node, data):
        return self.move(node, struct.unpack_from("<Q", data)[0], data[8:])

    def rename2(self, node, data):
        return self.move(node, struct.unpack_from("<Q", data)[0], data[16:])

    def open(self, node, data):
        flags = struct.unpack_from("<I", data)[0]
        fd = os.open(self.paths[node], flags & ~os.O_NOFOLLOW)
        return struct.pack("<QII", fd, 1, 0)

    def create(self, node, data):
        flags, mode = struct.unpack_from("<II", data)
        path = self.find(node, data[16:-1].decode())
        fd = os.open(path, flags | os.O_CREAT, mode)
        return self.entry(path) + struct.pack("<QII", fd, 1, 0)

    def read(self, node, data):
        fd, offset, size = struct.unpack_from("<QQI", data)
        return os.pread(fd, size, offset)

    def write(self, node, data):
        fd, offset, size = struct.unpack_from("<QQI", data)
        return struct.pack("<II", os.pwrite(fd, data[40:40 + size], offset), 0)

    def release(self, node, data):
        os.close(struct.unpack_from("<Q", data)[0])
        return b""

    def nothing(self, node, data):
        return b""

    def nothing_opened(self, node, data):
        return struct.pack("<QII", 0, 0, 0)

    def readdir(self, node, data):
        _, offset, size = struct.unpack_from("<QQI", data)
        out = b""
        names = [".", ".."] + sorted(os.listdir(self.paths[node]))
        for i, name in enumerate(names[offset:], offset + 1):
            raw = name.encode()
            piece = struct.pack("<QQII", i, i, len(raw), 0) + raw
            piece += b"\0" * (-len(piece) % 8)
            if len(out) + len(piece) > size:
                break
            out += piece
        return out

    def statfs(self, node, data):
        return struct.pack("<QQQQQIIII24x", 9999, 9999, 9999, 9999, 9999,
                           4096, 255, 4096, 0)

    def init(self, node, data):
        return struct.pack("<IIIIHHIIHHI28x", 7, 31, 0, 0, 0, 0, 65536, 1, 0,
                           0, 0)

    def serve(self, fuse):
        while True:
            try:
                message = os.read(fuse, 1 << 18)
            except OSError as e:
                if e.errno == errno.ENODEV:
                    return
                continue
            _, opcode, unique, node = IN.unpack_from(message)[:4]
            if opcode in (2, 36, 42):
                continue
            error, answer = 0, b""
            try:
                handler = self.handlers.get(opcode)
                if handler is None:
                    raise OSError(errno.ENOSYS, "")
                answer = handler(node, message[40:])
            except OSError as e:
                error = -e.errno
            os.write(fuse, struct.pack("<IiQ", 16 + len(answer), error,
                                       unique) + answer)


def main():
    folder, where = sys.argv[1:]
    fuse = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={fuse},rootmode=40000,user_id=0,group_id=0,allow_other," \
              "default_permissions"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"nocase", where.encode(), b"fuse.nocase", 6,
                  options.encode()) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
    print("mounted", flush=True)
    Nocase(folder).serve(fuse)


main()
