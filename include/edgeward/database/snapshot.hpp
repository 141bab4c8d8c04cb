#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/database/database.hpp>

namespace edgeward::database {

// A database in use as it lies on disk at one moment: the file and the beginning of its write-ahead log, both
// as ciphertext, while the writer goes on. Nothing is decrypted and nothing encrypted anew, and there is no
// destination that could be left without a key; who opens the two files with the database's key finds the
// state of that moment.
//
// It holds a read transaction. So the writer may move into the file only what the snapshot has in its log
// anyway, and the log cannot begin anew while the snapshot needs it (docs/adr/0020-backup-of-ciphertext.md).
// The log grows meanwhile: look at log_growth(). Errors as database.hpp. One thread at a time.
class Snapshot {
public:
    // Nobody may commit while this runs. The database is in use: its write-ahead log and index are there.
    // misconfigured: the file on disk begins like a database without encryption.
    static Result<Snapshot> begin(const std::filesystem::path& file, const Secret& key);
    // The same for a file whose writers cannot be asked to wait: holds them off for the moment. Nobody need
    // have it open.
    static Result<Snapshot> begin_alone(const std::filesystem::path& file, const Secret& key);
    Snapshot(Snapshot&&) noexcept;
    Snapshot& operator=(Snapshot&&) noexcept;
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    ~Snapshot();

    [[nodiscard]] std::uint64_t file_size() const noexcept;
    [[nodiscard]] std::uint64_t log_size() const noexcept;  // of the part that belongs to the snapshot
    // Fills `out` from the file or the log. invalid_input: beyond the end.
    Result<void> read_file(std::uint64_t offset, std::span<std::uint8_t> out);
    Result<void> read_log(std::uint64_t offset, std::span<std::uint8_t> out);
    // After the last read_log(): false when the log has begun anew since. It may do so only when everything
    // in it was in the file already: what was read from it must then be left out, the file is whole without
    // it.
    Result<bool> log_is_whole();
    // Octets the log has now.
    Result<std::uint64_t> log_growth();
    // Sees the database as of the snapshot; for short questions.
    [[nodiscard]] Connection& connection() noexcept;

private:
    struct State;
    explicit Snapshot(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace edgeward::database
