// A library for LD_PRELOAD: makes one write or flush of files below a folder fail, counted from the start.
//
//   EDGEWARD_FAULT_FOLDER   absolute path; only files below it count
//   EDGEWARD_FAULT_COUNT    file of 8 octets, mapped shared: how many calls there were so far (host order)
//   EDGEWARD_FAULT_AT       number of the call that fails, from 1; 0: none
//   EDGEWARD_FAULT_ERRNO    what it fails with; default EIO
//   EDGEWARD_FAULT_FOREVER  set: every later call fails too
//   EDGEWARD_FAULT_TORN     set: a failing write has written half of its octets
//
// Calls that count: write, pwrite, fsync, fdatasync, ftruncate. The mapped index of a write-ahead log is not
// written by calls and does not count. Threads: any.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

struct Plan {
    std::string folder;
    std::atomic<std::uint64_t>* count = nullptr;
    std::uint64_t at = 0;
    int error = EIO;
    bool forever = false;
    bool torn = false;
};

std::uint64_t number(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

Plan read_plan() {
    Plan plan;
    const char* folder = std::getenv("EDGEWARD_FAULT_FOLDER");
    const char* count = std::getenv("EDGEWARD_FAULT_COUNT");
    if (folder == nullptr || count == nullptr) return plan;
    const int file = ::open(count, O_RDWR | O_CLOEXEC);
    void* mapped = ::mmap(nullptr, sizeof(std::uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file < 0 || mapped == MAP_FAILED) {
        std::fputs("io_fault: the counter cannot be mapped\n", stderr);
        std::abort();
    }
    plan.folder = std::string(folder) + "/";
    plan.count = static_cast<std::atomic<std::uint64_t>*>(mapped);
    plan.at = number("EDGEWARD_FAULT_AT", 0);
    plan.error = static_cast<int>(number("EDGEWARD_FAULT_ERRNO", EIO));
    plan.forever = std::getenv("EDGEWARD_FAULT_FOREVER") != nullptr;
    plan.torn = std::getenv("EDGEWARD_FAULT_TORN") != nullptr;
    return plan;
}

const Plan& plan() {
    static const Plan made = read_plan();
    return made;
}

bool is_below(int file) {
    std::array<char, 64> link{};
    std::array<char, 4096> path{};
    std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", file);
    const ssize_t length = ::readlink(link.data(), path.data(), path.size() - 1);
    const std::string& folder = plan().folder;
    return length > static_cast<ssize_t>(folder.size()) &&
           std::memcmp(path.data(), folder.data(), folder.size()) == 0;
}

// Counts the call; true when it is the one to fail.
bool fails(int file) {
    const int before = errno;
    const Plan& chosen = plan();
    if (chosen.count == nullptr || !is_below(file)) {
        errno = before;
        return false;
    }
    errno = before;
    const std::uint64_t turn = chosen.count->fetch_add(1) + 1;
    return chosen.at != 0 && (turn == chosen.at || (chosen.forever && turn > chosen.at));
}

template <typename Function>
Function real(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

int fail() {
    errno = plan().error;
    return -1;
}

using Write = ssize_t (*)(int, const void*, size_t);
using WriteAt = ssize_t (*)(int, const void*, size_t, off_t);
using Flush = int (*)(int);
using Truncate = int (*)(int, off_t);

ssize_t write_at(const char* name, int file, const void* octets, size_t count, off_t offset) {
    static const auto real_write = real<WriteAt>(name);
    if (!fails(file)) return real_write(file, octets, count, offset);
    if (plan().torn && count > 1) real_write(file, octets, count / 2, offset);
    return fail();
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* octets, size_t count) {
    static const auto real_write = real<Write>("write");
    if (!fails(file)) return real_write(file, octets, count);
    if (plan().torn && count > 1) real_write(file, octets, count / 2);
    return fail();
}

ssize_t pwrite(int file, const void* octets, size_t count, off_t offset) {
    return write_at("pwrite", file, octets, count, offset);
}

ssize_t pwrite64(int file, const void* octets, size_t count, off_t offset) {
    return write_at("pwrite", file, octets, count, offset);
}

int fsync(int file) {
    static const auto real_flush = real<Flush>("fsync");
    return fails(file) ? fail() : real_flush(file);
}

int fdatasync(int file) {
    static const auto real_flush = real<Flush>("fdatasync");
    return fails(file) ? fail() : real_flush(file);
}

int ftruncate(int file, off_t length) noexcept {
    static const auto real_truncate = real<Truncate>("ftruncate");
    return fails(file) ? fail() : real_truncate(file, length);
}

int ftruncate64(int file, off_t length) noexcept {
    return ftruncate(file, length);
}

}  // extern "C"
