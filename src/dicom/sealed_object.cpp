#include <edgeward/dicom/sealed_object.hpp>

#include <edgeward/crypto/sealed_file.hpp>

namespace edgeward::dicom {
namespace {

class SealedOctets final : public OctetSource {
public:
    explicit SealedOctets(crypto::SealedFileReader reader) : reader_(std::move(reader)) {}
    [[nodiscard]] std::uint64_t size() const override { return reader_.size(); }
    Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) override {
        return reader_.read(offset, into);
    }

private:
    crypto::SealedFileReader reader_;
};

}  // namespace

std::string file_name_of(const model::ObjectName& name) {
    return to_hex(name);
}

Result<Object> open_sealed_object(const std::filesystem::path& folder,
                                  const model::ObjectReference& reference) {
    const Secret key(Bytes(reference.key.begin(), reference.key.end()));
    auto file = crypto::SealedFileReader::open(folder / file_name_of(reference.name), key);
    if (!file) return failure(std::move(file.error()));
    if (file->size() != reference.octets)
        return failure(ErrorKind::corrupt, "a sealed object is of another size");
    return Object::read(std::make_shared<SealedOctets>(*std::move(file)), reference.transfer_syntax);
}

}  // namespace edgeward::dicom
