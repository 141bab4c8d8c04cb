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
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }

    [[nodiscard]] int number() const noexcept { return number_; }
    [[nodiscard]] bool open() const noexcept { return number_ >= 0; }

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

}  // namespace

Result<void> sync_folder(const std::filesystem::path& folder) {
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.open() || ::fsync(opened.number()) != 0) return system_failure("sync folder", folder);
    return {};
}

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

NewFile::NewFile(int descriptor, std::filesystem::path path, std::string beside)
    : descriptor_(descriptor), path_(std::move(path)), beside_(std::move(beside)) {}

NewFile::NewFile(NewFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      beside_(std::exchange(other.beside_, {})),
      written_(other.written_),
      handed_over_(other.handed_over_) {}

NewFile::~NewFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!beside_.empty()) ::unlink(beside_.c_str());
}

Result<NewFile> NewFile::begin(const std::filesystem::path& path, unsigned mode) {
    std::string beside = path.string() + ".XXXXXX";
    const int descriptor = ::mkostemp(beside.data(), O_CLOEXEC);
    if (descriptor < 0) return system_failure("write", path);
    NewFile file(descriptor, path, std::move(beside));
    if (::fchmod(descriptor, static_cast<mode_t>(mode)) != 0) return system_failure("write", path);
    return file;
}

Result<void> NewFile::add(ByteView octets) {
    if (!write_all(descriptor_, octets)) return system_failure("write", path_);
    written_ += octets.size();
    return {};
}

void NewFile::start_writing() {
    const auto from = static_cast<off_t>(handed_over_);
    const auto count = static_cast<off_t>(written_ - handed_over_);
    // Both are advice: when they do not work, sync() takes longer.
    ::sync_file_range(descriptor_, from, count, SYNC_FILE_RANGE_WRITE);
    ::posix_fadvise(descriptor_, 0, from, POSIX_FADV_DONTNEED);
    handed_over_ = written_;
}

Result<void> NewFile::sync() {
    if (descriptor_ < 0) return {};
    if (::fsync(descriptor_) != 0) return system_failure("write", path_);
    if (::close(std::exchange(descriptor_, -1)) != 0) return system_failure("write", path_);
    return {};
}

Result<void> NewFile::publish() {
    if (auto synced = sync(); !synced) return synced;
    if (::rename(beside_.c_str(), path_.c_str()) != 0) return system_failure("write", path_);
    beside_.clear();
    const auto folder = path_.parent_path();
    return sync_folder(folder.empty() ? "." : folder);
}

Result<void> write_file_durably(const std::filesystem::path& path, ByteView content, unsigned mode) {
    auto file = NewFile::begin(path, mode);
    if (!file) return failure(std::move(file.error()));
    if (auto added = file->add(content); !added) return added;
    return file->publish();
}

}  // namespace edgeward
