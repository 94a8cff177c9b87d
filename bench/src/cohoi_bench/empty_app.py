"""The empty FastAPI application: what HTTP costs before anything is done."""

from typing import Annotated
from uuid import UUID

from fastapi import FastAPI
from pydantic import BaseModel, Field

app = FastAPI()


class Body(BaseModel):
    """A body of the same shape as the one that our command takes."""

    title: Annotated[str, Field(max_length=300)] | None = None
    customer_id: UUID | None = None
    confidence: Annotated[int, Field(ge=0, le=100)] | None = None


@app.post("/empty")
async def post_empty(body: Body) -> dict[str, str | int]:
    """Take a body and say something of the usual size."""
    return {
        "id": "0199a0c2-5b7e-7c11-8d4f-3a2b1c0d9e8f",
        "position": 1,
        "version": body.confidence or 1,
    }


@app.get("/empty")
async def get_empty() -> dict[str, str | int]:
    """Say something."""
    return {"id": "0199a0c2-5b7e-7c11-8d4f-3a2b1c0d9e8f", "position": 1, "version": 1}
