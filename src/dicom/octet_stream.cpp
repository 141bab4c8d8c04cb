#include "octet_stream.hpp"

#include <algorithm>
#include <cstring>

#include <dcmtk/dcmdata/dcerror.h>

namespace edgeward::dicom {
namespace {

constexpr std::size_t block_size = std::size_t{64} << 10U;

class OctetStreamFactory final : public DcmInputStreamFactory {
public:
    OctetStreamFactory(std::shared_ptr<OctetSource> source, std::uint64_t offset)
        : source_(std::move(source)), offset_(offset) {}

    DcmInputStream* create() const override { return new OctetStream(source_, offset_); }
    DcmInputStreamFactory* clone() const override { return new OctetStreamFactory(source_, offset_); }
    // DCMTK knows no other than its own; it only asks whether the file is a temporary one.
    DcmInputStreamFactoryType ident() const override { return DFT_DcmInputFileStreamFactory; }

private:
    std::shared_ptr<OctetSource> source_;
    std::uint64_t offset_;
};

}  // namespace

// Has the block around the present place in memory.
bool OctetProducer::fill() {
    if (offset_ >= block_at_ && offset_ < block_at_ + block_.size()) return true;
    block_at_ = offset_ - offset_ % block_size;
    block_.resize(std::min<std::uint64_t>(block_size, source_->size() - block_at_));
    const auto got = source_->read(block_at_, block_);
    if (got && *got == block_.size()) return true;
    block_.clear();
    status_ = EC_InvalidStream;
    return false;
}

offile_off_t OctetProducer::read(void* into, offile_off_t octets) {
    auto* out = static_cast<std::uint8_t*>(into);
    offile_off_t done = 0;
    while (status_.good() && done < octets && offset_ < source_->size() && fill()) {
        const std::size_t at = offset_ - block_at_;
        const std::size_t count =
            std::min<std::size_t>(block_.size() - at, static_cast<std::size_t>(octets - done));
        std::memcpy(out + done, block_.data() + at, count);
        offset_ += count;
        done += static_cast<offile_off_t>(count);
    }
    return done;
}

offile_off_t OctetProducer::skip(offile_off_t octets) {
    if (status_.bad()) return 0;
    const auto count = std::min(octets, avail());
    offset_ += static_cast<std::uint64_t>(count);
    return count;
}

void OctetProducer::putback(offile_off_t octets) {
    if (static_cast<std::uint64_t>(octets) > offset_) {
        status_ = EC_PutbackFailed;
        return;
    }
    offset_ -= static_cast<std::uint64_t>(octets);
}

DcmInputStreamFactory* OctetStream::newFactory() const {
    return new OctetStreamFactory(source_, begin_ + static_cast<std::uint64_t>(tell()));
}

}  // namespace edgeward::dicom
