#include <edgeward/core/file.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace edgeward {
namespace {

class Descriptor {
public:
    explicit Descriptor(int number) noexcept : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }

    [[nodiscard]] int number() const noexcept { return number_; }
    [[nodiscard]] bool open() const noexcept { return number_ >= 0; }
    bool close() noexcept {
        const int number = std::exchange(number_, -1);
        return number < 0 || ::close(number) == 0;
    }

private:
    int number_;
};

// The failed call's reason. A full disk is a matter of its own: producers slow down instead of retrying.
tl::unexpected<Error> system_failure(const char* activity, const std::filesystem::path& path) {
    const int reason = errno;
    const bool full = reason == ENOSPC || reason == EDQUOT;
    return failure(
        full ? ErrorKind::exhausted : ErrorKind::unavailable,
        std::string(activity) + ' ' + path.string() + ": " + std::generic_category().message(reason));
}

bool write_all(int descriptor, ByteView content) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        content = content.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

bool fill(Descriptor& file, ByteView content, unsigned mode) {
    return ::fchmod(file.number(), static_cast<mode_t>(mode)) == 0 && write_all(file.number(), content) &&
           ::fsync(file.number()) == 0 && file.close();
}

Result<void> sync_folder(const std::filesystem::path& folder) {
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.open() || ::fsync(opened.number()) != 0) return system_failure("sync folder", folder);
    return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!file.open() || ::fstat(file.number(), &status) != 0) return system_failure("read", path);
    // Room for all in one piece, so that no half-read copy of a secret stays behind in freed memory.
    constexpr std::size_t least_block = 4096;
    std::string content;
    content.reserve(std::min(static_cast<std::size_t>(status.st_size), limit) + least_block);
    while (true) {
        const std::size_t filled = content.size();
        content.resize(filled + std::max(least_block, content.capacity() - filled));
        const ssize_t got = ::read(file.number(), content.data() + filled, content.size() - filled);
        content.resize(filled + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_failure("read", path);
        if (got == 0) return content;
        if (content.size() <= limit) continue;
        return failure(ErrorKind::invalid_input,
                       "read " + path.string() + ": larger than " + std::to_string(limit) + " octets");
    }
}

Result<void> write_file_durably(const std::filesystem::path& path, ByteView content, unsigned mode) {
    std::string beside = path.string() + ".XXXXXX";
    Descriptor file(::mkostemp(beside.data(), O_CLOEXEC));
    if (!file.open()) return system_failure("write", path);
    if (!fill(file, content, mode) || ::rename(beside.c_str(), path.c_str()) != 0) {
        auto failed = system_failure("write", path);
        ::unlink(beside.c_str());
        return failed;
    }
    const auto folder = path.parent_path();
    return sync_folder(folder.empty() ? "." : folder);
}

}  // namespace edgeward
