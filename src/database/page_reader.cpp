#include <edgeward/database/page_reader.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include <edgeward/crypto/page_cipher.hpp>

namespace edgeward::database {
namespace {

using crypto::PageCipher;
using crypto::PageMac;

// SQLite, "The WAL File Format".
constexpr std::size_t log_header_octets = 32;
constexpr std::size_t frame_header_octets = 24;
constexpr int tries = 5;
constexpr std::chrono::milliseconds between_tries{20};

// Closing any descriptor of a database drops the POSIX locks this process holds on it: not for a process that
// has it open.
class RawFile {
public:
    static Result<RawFile> open(const std::filesystem::path& path) {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0)
            return failure(ErrorKind::unavailable, path.filename().string() + ": " + std::strerror(errno));
        return RawFile(descriptor);
    }
    RawFile(RawFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    RawFile& operator=(RawFile&&) = delete;
    RawFile(const RawFile&) = delete;
    RawFile& operator=(const RawFile&) = delete;
    ~RawFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    // What there is at most; nothing at the end.
    Result<ByteView> read(std::uint64_t offset, std::span<std::uint8_t> into) const {
        std::size_t got = 0;
        while (got < into.size()) {
            const auto more =
                ::pread(descriptor_, into.data() + got, into.size() - got, static_cast<off_t>(offset + got));
            if (more < 0 && errno == EINTR) continue;
            if (more < 0) return failure(ErrorKind::unavailable, std::strerror(errno));
            if (more == 0) break;
            got += static_cast<std::size_t>(more);
        }
        return ByteView(into.first(got));
    }

private:
    explicit RawFile(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

bool is_empty(ByteView page) {
    return std::ranges::all_of(page, [](std::uint8_t octet) { return octet == 0; });
}

// Of the two ways to authenticate pages that of the first one; of a file under another key the newer one.
Result<PageCipher> cipher_of(const RawFile& file, const Secret& key) {
    std::array<std::uint8_t, PageCipher::page_octets> octets{};
    for (int left = tries;; --left) {
        const auto page = file.read(0, octets);
        if (!page) return failure(page.error());
        if (page->size() < PageCipher::salt_octets)
            return failure(ErrorKind::corrupt, " is no encrypted database: it is too short");
        const ByteView salt = page->first(PageCipher::salt_octets);
        PageCipher newer(key, salt, PageMac::sha256);
        if (newer.is_authentic(1, *page)) return newer;
        PageCipher older(key, salt, PageMac::sha512);
        if (older.is_authentic(1, *page)) return older;
        if (left == 0) return newer;
        std::this_thread::sleep_for(between_tries);  // it is being written
    }
}

class Reading {
public:
    Reading(PageCipher cipher, const std::function<void(ByteView)>& see)
        : cipher_(std::move(cipher)), see_(see) {}

    Result<void> file(const RawFile& from) {
        for (std::uint32_t number = 1;; ++number) {
            const std::uint64_t offset = (std::uint64_t{number} - 1) * PageCipher::page_octets;
            const auto more = page(from, offset, [&](ByteView) { return number; });
            if (!more) return failure(more.error());
            if (!*more) return {};
            ++read_.pages;
        }
    }
    Result<void> log(const RawFile& from) {
        for (std::uint64_t offset = log_header_octets;;
             offset += frame_header_octets + PageCipher::page_octets) {
            std::array<std::uint8_t, frame_header_octets> header{};
            const auto number_of = [&](ByteView) -> std::uint32_t {
                const auto octets = from.read(offset, header);
                if (!octets || octets->size() < 4) return 0;
                return static_cast<std::uint32_t>(big_endian(octets->first(4)));
            };
            const auto more = page(from, offset + frame_header_octets, number_of);
            if (!more) return failure(more.error());
            if (!*more) return {};
            ++read_.frames;
        }
    }
    [[nodiscard]] const PagesRead& done() const noexcept { return read_; }

private:
    // False: there is nothing at that place.
    template <typename NumberOf>
    Result<bool> page(const RawFile& from, std::uint64_t offset, const NumberOf& number_of) {
        std::array<std::uint8_t, PageCipher::page_octets> octets{};
        for (int left = tries;; --left) {
            const auto page = from.read(offset, octets);
            if (!page) return failure(page.error());
            if (page->empty()) return false;
            const std::uint32_t number = number_of(*page);
            const bool sound = is_empty(*page) || cipher_.is_authentic(number, *page);
            if (!sound && left > 0) {
                std::this_thread::sleep_for(between_tries);
                continue;
            }
            if (!sound) ++read_.unauthentic;
            const std::size_t size = cipher_.open(number, *page, content_);
            read_.octets += size;
            see_(ByteView(content_).first(size));
            return true;
        }
    }

    PageCipher cipher_;
    const std::function<void(ByteView)>& see_;
    std::array<std::uint8_t, PageCipher::page_octets> content_{};
    PagesRead read_;
};

}  // namespace

PagesRead& PagesRead::operator+=(const PagesRead& more) noexcept {
    pages += more.pages;
    frames += more.frames;
    unauthentic += more.unauthentic;
    octets += more.octets;
    return *this;
}

Result<PagesRead> read_every_page(const std::filesystem::path& file, const Secret& key,
                                  const std::function<void(ByteView)>& see) {
    const auto database = RawFile::open(file);
    if (!database) return failure(database.error());
    auto cipher = cipher_of(*database, key);
    if (!cipher) {
        Error error = std::move(cipher.error());
        if (error.kind == ErrorKind::corrupt) error.message = file.filename().string() + error.message;
        return failure(std::move(error));
    }
    Reading reading(*std::move(cipher), see);
    if (auto read = reading.file(*database); !read) return failure(std::move(read.error()));
    const std::filesystem::path log_file = file.string() + "-wal";
    std::error_code ignored;
    if (!std::filesystem::exists(log_file, ignored)) return reading.done();
    const auto log = RawFile::open(log_file);
    if (!log) return failure(log.error());
    if (auto read = reading.log(*log); !read) return failure(std::move(read.error()));
    return reading.done();
}

}  // namespace edgeward::database
