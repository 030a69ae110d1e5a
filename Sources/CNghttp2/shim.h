/* nghttp2's frames are a union and its data providers hold one, which Swift reads only by copying; so the few members
 * that are needed are read here. */
#ifndef APUS_CNGHTTP2_SHIM_H
#define APUS_CNGHTTP2_SHIM_H

#include <nghttp2/nghttp2.h>

static inline uint8_t h2_frame_type(const nghttp2_frame *frame) { return frame->hd.type; }
static inline uint8_t h2_frame_flags(const nghttp2_frame *frame) { return frame->hd.flags; }
static inline int32_t h2_frame_stream(const nghttp2_frame *frame) { return frame->hd.stream_id; }
static inline size_t h2_frame_length(const nghttp2_frame *frame) { return frame->hd.length; }

/* DATA: bytes of padding, the length field included. */
static inline size_t h2_data_padding(const nghttp2_frame *frame) { return frame->data.padlen; }
/* RST_STREAM */
static inline uint32_t h2_reset_code(const nghttp2_frame *frame) { return frame->rst_stream.error_code; }
/* GOAWAY */
static inline int32_t h2_goaway_last(const nghttp2_frame *frame) { return frame->goaway.last_stream_id; }
static inline uint32_t h2_goaway_code(const nghttp2_frame *frame) { return frame->goaway.error_code; }

/* What nghttp2_submit_request and nghttp2_submit_response take by a struct; without `read` the stream ends. */
static inline int32_t h2_submit_request(nghttp2_session *session, const nghttp2_nv *fields, size_t count,
                                        nghttp2_data_source_read_callback read, void *stream) {
  nghttp2_data_provider body = {{.ptr = stream}, read};
  return nghttp2_submit_request(session, NULL, fields, count, read ? &body : NULL, stream);
}
static inline int h2_submit_response(nghttp2_session *session, int32_t id, const nghttp2_nv *fields, size_t count,
                                     nghttp2_data_source_read_callback read, void *stream) {
  nghttp2_data_provider body = {{.ptr = stream}, read};
  return nghttp2_submit_response(session, id, fields, count, read ? &body : NULL);
}
static inline void *h2_source_pointer(const nghttp2_data_source *source) { return source->ptr; }

#endif
