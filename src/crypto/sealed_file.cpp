#include <edgeward/crypto/sealed_file.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>

#include <edgeward/core/file.hpp>
#include <edgeward/crypto/stream_seal.hpp>

namespace edgeward::crypto {
namespace {

constexpr std::string_view head("EWSEALED\x01", 9);
constexpr std::size_t sealed_chunk = sealed_file_chunk + stream_tag_size;
constexpr unsigned file_mode = 0600;

tl::unexpected<Error> damaged() {
    return failure(ErrorKind::corrupt, "a sealed file is damaged or gone");
}

// Closes a descriptor when it dies.
class Descriptor {
public:
    explicit Descriptor(int number) noexcept : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int get() const noexcept { return number_; }

private:
    int number_;
};

bool read_at(int descriptor, std::uint64_t offset, std::span<std::uint8_t> into) {
    while (!into.empty()) {
        const auto got = ::pread(descriptor, into.data(), into.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        into = into.subspan(static_cast<std::size_t>(got));
        offset += static_cast<std::uint64_t>(got);
    }
    return true;
}

}  // namespace

struct SealedFileWriter::State {
    NewFile file;
    StreamSealer sealer;
    Bytes chunk{};  // not full, or full and perhaps the last
    Bytes sealed{};
    std::uint64_t size = 0;

    Result<void> seal(bool last) {
        sealer.seal(chunk, last, sealed);
        chunk.clear();
        if (auto added = file.add(sealed); !added) return added;
        file.start_writing();
        return {};
    }
};

SealedFileWriter::SealedFileWriter(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
SealedFileWriter::SealedFileWriter(SealedFileWriter&&) noexcept = default;
SealedFileWriter& SealedFileWriter::operator=(SealedFileWriter&&) noexcept = default;
SealedFileWriter::~SealedFileWriter() = default;

Result<SealedFileWriter> SealedFileWriter::begin(const std::filesystem::path& path, const Secret& key) {
    auto file = NewFile::begin(path, file_mode);
    if (!file) return failure(std::move(file.error()));
    auto state = std::make_unique<State>(State{*std::move(file), StreamSealer(key)});
    if (auto added = state->file.add(bytes_of(head)); !added) return failure(std::move(added.error()));
    state->chunk.reserve(sealed_file_chunk);
    return SealedFileWriter(std::move(state));
}

Result<void> SealedFileWriter::add(ByteView octets) {
    State& state = *state_;
    while (!octets.empty()) {
        if (state.chunk.size() == sealed_file_chunk) {
            if (auto sealed = state.seal(false); !sealed) return sealed;
        }
        const std::size_t count = std::min(octets.size(), sealed_file_chunk - state.chunk.size());
        state.chunk.insert(state.chunk.end(), octets.begin(),
                           octets.begin() + static_cast<std::ptrdiff_t>(count));
        state.size += count;
        octets = octets.subspan(count);
    }
    return {};
}

Result<void> SealedFileWriter::publish() {
    if (auto sealed = state_->seal(true); !sealed) return sealed;
    return state_->file.publish();
}

std::uint64_t SealedFileWriter::size() const noexcept {
    return state_->size;
}

struct SealedFileReader::State {
    Descriptor file;
    StreamOpener opener;
    std::uint64_t chunks = 0;
    std::uint64_t size = 0;
    std::optional<std::uint64_t> opened{};  // the chunk in memory
    Bytes chunk{};
    Bytes sealed{};

    Result<void> open_chunk(std::uint64_t number) {
        if (opened == number) return {};
        opened.reset();
        const bool last = number + 1 == chunks;
        sealed.resize(last ? size - number * sealed_file_chunk + stream_tag_size : sealed_chunk);
        if (!read_at(file.get(), head.size() + number * sealed_chunk, sealed)) return damaged();
        opener.seek(number);
        if (auto done = opener.open(sealed, last, chunk); !done) return done;
        opened = number;
        return {};
    }
};

SealedFileReader::SealedFileReader(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
SealedFileReader::SealedFileReader(SealedFileReader&&) noexcept = default;
SealedFileReader& SealedFileReader::operator=(SealedFileReader&&) noexcept = default;
SealedFileReader::~SealedFileReader() = default;

Result<SealedFileReader> SealedFileReader::open(const std::filesystem::path& path, const Secret& key) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (file.get() < 0) {
        if (errno == ENOENT) return damaged();
        return failure(ErrorKind::unavailable, "a sealed file cannot be opened");
    }
    const off_t end = ::lseek(file.get(), 0, SEEK_END);
    std::array<std::uint8_t, head.size()> begins{};
    if (end < static_cast<off_t>(head.size() + stream_tag_size) || !read_at(file.get(), 0, begins) ||
        text_of(begins) != head)
        return damaged();
    const std::uint64_t octets = static_cast<std::uint64_t>(end) - head.size();
    auto state = std::make_unique<State>(State{std::move(file), StreamOpener(key)});
    state->chunks = (octets + sealed_chunk - 1) / sealed_chunk;
    if (octets - (state->chunks - 1) * sealed_chunk < stream_tag_size) return damaged();
    state->size = octets - state->chunks * stream_tag_size;
    // Only the last chunk says that it is the last.
    if (auto whole = state->open_chunk(state->chunks - 1); !whole) return failure(std::move(whole.error()));
    return SealedFileReader(std::move(state));
}

std::uint64_t SealedFileReader::size() const noexcept {
    return state_->size;
}

Result<std::size_t> SealedFileReader::read(std::uint64_t offset, std::span<std::uint8_t> into) {
    State& state = *state_;
    std::size_t done = 0;
    while (done < into.size() && offset < state.size) {
        if (auto opened = state.open_chunk(offset / sealed_file_chunk); !opened)
            return failure(std::move(opened.error()));
        const std::size_t at = offset % sealed_file_chunk;
        const std::size_t count = std::min(into.size() - done, state.chunk.size() - at);
        std::copy_n(state.chunk.begin() + static_cast<std::ptrdiff_t>(at), count,
                    into.begin() + static_cast<std::ptrdiff_t>(done));
        done += count;
        offset += count;
    }
    return done;
}

}  // namespace edgeward::crypto
