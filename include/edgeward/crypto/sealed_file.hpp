#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>

// A content of any length on disk, sealed in chunks under a key of its own, that can be opened at any place:
//
//   file = "EWSEALED" ‖ version (1 octet, 0x01) ‖ sealed(0) ‖ sealed(1) ‖ …
//
// sealed(i) as in stream_seal.hpp: 65,536 octets of content and a tag each, the last one shorter or empty.
// docs/store-format.md has a worked example. One thread.
namespace edgeward::crypto {

inline constexpr std::size_t sealed_file_chunk = std::size_t{64} << 10U;

class SealedFileWriter {
public:
    // `key`: 32 octets, for this file only. The file appears at `path` when it is published, not before.
    static Result<SealedFileWriter> begin(const std::filesystem::path& path, const Secret& key);
    SealedFileWriter(SealedFileWriter&&) noexcept;
    SealedFileWriter& operator=(SealedFileWriter&&) noexcept;
    SealedFileWriter(const SealedFileWriter&) = delete;
    SealedFileWriter& operator=(const SealedFileWriter&) = delete;
    ~SealedFileWriter();

    // exhausted: the disk is full.
    Result<void> add(ByteView octets);
    // Waits until all of it is on disk under its name. Once.
    Result<void> publish();
    [[nodiscard]] std::uint64_t size() const noexcept;  // of the content so far

private:
    struct State;
    explicit SealedFileWriter(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

class SealedFileReader {
public:
    // corrupt: no such file, cut off, altered at its end or under another key; unavailable: it cannot be
    // read.
    static Result<SealedFileReader> open(const std::filesystem::path& path, const Secret& key);
    SealedFileReader(SealedFileReader&&) noexcept;
    SealedFileReader& operator=(SealedFileReader&&) noexcept;
    SealedFileReader(const SealedFileReader&) = delete;
    SealedFileReader& operator=(const SealedFileReader&) = delete;
    ~SealedFileReader();

    [[nodiscard]] std::uint64_t size() const noexcept;  // of the content
    // As many octets as `into` holds, fewer only at the end. corrupt: altered.
    Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into);

private:
    struct State;
    explicit SealedFileReader(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

}  // namespace edgeward::crypto
